// What the processes of a window take: the program, and those of its web view.
import { readdir, readFile } from 'node:fs/promises';

/** Ticks a second of the times in /proc. */
const TICKS = 100;

/** The processes of the window with this state directory. */
async function processes(stateDir) {
  const found = [];
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const read = (file) => readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '');
    const ours = (await read('environ')).split('\0').includes(`LANSIDE_STATE_DIR=${stateDir}`);
    const name = (await read('comm')).trim();
    if (ours && /^(lanside-app|WebKit(Web|Network)Proc)/.test(name)) found.push({ name, read });
  }
  return found;
}

/** Memory of each process in MB, what it shares with others in parts. */
export async function memory(stateDir) {
  const sizes = {};
  for (const { name, read } of await processes(stateDir)) {
    const kilobytes = Number(/^Pss:\s+(\d+) kB/m.exec(await read('smaps_rollup'))?.[1] ?? 0);
    sizes[name] = (sizes[name] ?? 0) + kilobytes / 1024;
  }
  return sizes;
}

/** Time on a processor all of them together had so far, in seconds. */
export async function processorTime(stateDir) {
  let ticks = 0;
  for (const { read } of await processes(stateDir)) {
    // The second field is a name in brackets, which may hold anything.
    const fields = (await read('stat')).split(') ').at(-1).split(' ');
    ticks += Number(fields[11] ?? 0) + Number(fields[12] ?? 0);
  }
  return ticks / TICKS;
}
