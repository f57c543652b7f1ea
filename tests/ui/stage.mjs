// What every journey stands on: one simulated gateway, one window, one fresh state.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { poll, Window } from './driver.mjs';

/** CSS selector of an element by its test id. */
export const id = (name, more = '') => `[data-testid="${name}"]${more}`;
/** Row of the tree by the path it shows. */
export const row = (path, more = '') => id('node-row', `[data-path="${path}"]${more}`);

function needed(name) {
  const value = process.env[name];
  if (!value) throw new Error(`${name} names the program to test and is not set`);
  return value;
}

/** The simulated gateway as a program of its own; ready when it says so. */
export async function startGateway(args = []) {
  const { child, ready } = await runGateway(args);
  return {
    ...ready,
    child,
    /** Presses its button. */
    press() {
      this.child.stdin.write('button\n');
    },
    /** Adds a fault; without one all of them end. */
    fault(spec) {
      this.child.stdin.write(spec === undefined ? 'clear-faults\n' : `fault ${spec}\n`);
    },
    /** Stands still as a box that hangs: connections stay, and nobody answers. */
    freeze() {
      this.child.kill('SIGSTOP');
    },
    /** Is gone without a word. */
    async kill() {
      this.child.kill('SIGKILL');
      await once(this.child, 'exit');
    },
    async stop() {
      if (this.child.exitCode !== null || this.child.signalCode !== null) return;
      this.child.kill('SIGCONT');
      this.child.kill('SIGTERM');
      await once(this.child, 'exit');
    },
    /** Starts it anew, after it was stopped; with a `--state-dir` it is the same one. */
    async again() {
      const { child, ready } = await runGateway(args);
      Object.assign(this, ready, { child });
    },
  };
}

async function runGateway(args) {
  const child = spawn(needed('LANSIDE_GATEWAY_BIN'), args, { stdio: ['pipe', 'pipe', 'ignore'] });
  const lines = createInterface({ input: child.stdout });
  const [line] = await Promise.race([
    once(lines, 'line'),
    once(child, 'exit').then(() => Promise.reject(new Error('the simulated gateway did not start'))),
  ]);
  return { child, ready: JSON.parse(line) };
}

/** A window with a state directory of its own, searching on loopback only. */
export async function openWindow(state, env = {}, args = []) {
  return Window.open({
    binary: needed('LANSIDE_APP_BIN'),
    args,
    log: join(state, 'driver.log'),
    // Where it writes when nobody says where, as the dialog for printing does.
    cwd: state,
    env: { ...windowEnvironment(state), ...env },
  });
}

/** What the window is started with. */
export function windowEnvironment(state) {
  return {
    LANSIDE_STATE_DIR: state,
    LANSIDE_SECRETS: 'file',
    LANSIDE_INTERFACE: '127.0.0.1',
    // The first screen asks; most journeys are a technician's.
    LANSIDE_START: 'technician',
    // What the web view remembers must not reach the next test either.
    XDG_DATA_HOME: join(state, 'data'),
    XDG_CONFIG_HOME: join(state, 'config'),
    XDG_CACHE_HOME: join(state, 'cache'),
    LC_ALL: 'C.UTF-8',
    LANGUAGE: 'en',
  };
}

/** Starts the program once more, as a desktop does for a link; its exit code. */
export async function startAgain(state, ...args) {
  const child = spawn(process.env.LANSIDE_APP_BIN, args, {
    stdio: 'ignore',
    env: { ...process.env, ...windowEnvironment(state) },
  });
  const timer = setTimeout(() => child.kill(), 20_000);
  const [code, signal] = await once(child, 'exit');
  clearTimeout(timer);
  return signal ?? code;
}

async function everyFile(dir) {
  const entries = await readdir(dir, { withFileTypes: true });
  const found = await Promise.all(entries.map((one) => (one.isDirectory() ? everyFile(join(dir, one.name)) : [join(dir, one.name)])));
  return found.flat();
}

/** What lies in every file below a directory. */
export async function onDisk(dir) {
  return Promise.all((await everyFile(dir)).map((file) => readFile(file).catch(() => Buffer.alloc(0))));
}

export async function freshState() {
  const dir = await mkdtemp(join(tmpdir(), 'lanside-ui-'));
  // Helpers of the web view may still write for a moment.
  return { dir, remove: () => rm(dir, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 }) };
}

/** Is introduced to a gateway and shows its tree. */
export async function pairByPin(window, udn, pin) {
  await window.click(id('gateway-row', `[data-udn="${udn}"]`));
  await window.click(id('start-pairing'));
  await window.fill(id('pin-input'), pin);
  await window.click(id('pair-submit'));
  await window.click(id('pairing-done'));
  await window.find(id('node-row'));
}

/** Steps of one journey: after the first that fails the others are left out. */
export function journey(it) {
  let broken = false;
  return (name, run) =>
    it(name, async (context) => {
      if (broken) return context.skip('an earlier step failed');
      try {
        await run(context);
      } catch (error) {
        broken = true;
        throw error;
      }
    });
}

/** Opens branch after branch and selects the parameter at the end. */
export async function walk(window, ...paths) {
  for (const path of paths) {
    for (let left = 5; ; left -= 1) {
      await scrollTo(window, path);
      try {
        await window.click(row(path), { timeout: 3_000 });
        break;
      } catch (error) {
        // What is still being read moves the rows below it out of reach.
        if (left === 0) throw error;
      }
    }
  }
}

/** Scrolls the tree until a row exists: only rows near the ones in sight do. */
export async function scrollTo(window, path) {
  await poll(
    async () => {
      if ((await window.all(row(path))).length > 0) {
        // A row may exist just outside of what is in sight, where no click reaches it.
        await window.run(`document.querySelector(arguments[0])?.scrollIntoView({ block: 'center' });`, row(path));
        return true;
      }
      await window.run(`
        const tree = document.querySelector('[data-testid="tree"]');
        if (!tree) return;
        const next = tree.scrollTop + tree.clientHeight / 2;
        tree.scrollTop = next > tree.scrollHeight - tree.clientHeight + 1 ? 0 : next;
      `);
      return false;
    },
    { what: `the row ${path}` },
  );
}

/** Scrolls the grid to the right until a cell exists, from the left again at the end. */
export async function scrollAcross(window, cell) {
  await poll(
    async () => {
      if ((await window.all(cell)).length > 0) return true;
      await window.run(`
        const grid = document.querySelector('[data-testid="grid-table"]');
        if (!grid) return;
        const end = grid.scrollWidth - grid.clientWidth - 1;
        grid.scrollLeft = grid.scrollLeft >= end ? 0 : grid.scrollLeft + grid.clientWidth / 2;
      `);
      return false;
    },
    { what: `the cell ${cell}` },
  );
}

/** Keeps a picture of a failed step, where a person looks for it. */
export async function keepPicture(window, name) {
  const dir = process.env.LANSIDE_UI_PICTURES;
  if (!dir) return;
  await mkdir(dir, { recursive: true });
  // What was just asserted may not be painted yet.
  await window.run(`
    const frame = () => new Promise((done) => requestAnimationFrame(() => done()));
    return frame().then(frame).then(() => new Promise((done) => setTimeout(done, 200)));
  `);
  await writeFile(join(dir, `${name}.png`), await window.picture());
}

/** Keeps a picture of the whole screen, dialogs of the system included. */
export async function keepPictureOfScreen(name) {
  const dir = process.env.LANSIDE_UI_PICTURES;
  if (!dir) return;
  await mkdir(dir, { recursive: true });
  const child = spawn('import', ['-window', 'root', join(dir, `${name}.png`)], { stdio: 'ignore' });
  await once(child, 'exit');
}
