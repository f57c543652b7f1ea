// A device of another maker, beside the window on a wire of its own: Rygel with BasicManagement:2
// runs the tests the window asks for. Left out where it is not installed, or where no network can
// be made for it.
import { execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createSocket } from 'node:dgram';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { poll } from './driver.mjs';
import { freshState, id, openWindow } from './stage.mjs';

const run = promisify(execFile);
const HERE = '10.78.0.1';
const THERE = '10.78.0.2';

function reasonToLeaveOut() {
  const there = (tool) => {
    try {
      execFileSync('sh', ['-c', `command -v ${tool}`]);
      return true;
    } catch {
      return false;
    }
  };
  const missing = ['rygel', 'ip', 'unshare', 'ping', 'traceroute', 'nslookup'].filter((tool) => !there(tool));
  if (missing.length > 0) return `${missing.join(', ')} not on this machine`;
  // scripts/window-tests.sh gives the window a network of its own; never a wire into another one.
  const adapters = execFileSync('ip', ['-o', 'link']).toString().trim().split('\n');
  return adapters.every((line) => /^\d+: lo:/.test(line)) ? false : 'the window has no network of its own';
}

/** A name server that knows one name (RFC 1035). */
async function nameServer(name, address) {
  const socket = createSocket('udp4');
  socket.on('message', (query, peer) => {
    const labels = [];
    let at = 12;
    for (; query[at]; at += query[at] + 1) labels.push(query.toString('latin1', at + 1, at + 1 + query[at]));
    const known = labels.join('.') === name;
    const found = known && query.readUInt16BE(at + 1) === 1;
    const head = Buffer.from([query[0], query[1], 0x84 | (query[2] & 1), known ? 0x80 : 0x83, 0, 1, 0, found ? 1 : 0, 0, 0, 0, 0]);
    // The name is where the question has it; A, IN, a minute.
    const record = Buffer.from([0xc0, 0x0c, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, ...address.split('.').map(Number)]);
    socket.send(Buffer.concat([head, query.subarray(12, at + 5), ...(found ? [record] : [])]), peer.port, peer.address);
  });
  await new Promise((ready) => socket.bind(53, HERE, ready));
  return socket;
}

describe("another maker's device in the window", { skip: reasonToLeaveOut() }, () => {
  let state;
  let host;
  let names;
  let window;

  before(async () => {
    state = await freshState();
    const config = join(state.dir, 'rygel', 'config');
    await mkdir(config, { recursive: true });
    await writeFile(
      join(config, 'rygel.conf'),
      '[general]\nport=0\nupnp-enabled=true\n' +
        '[Playbin]\nenabled=true\ntitle=Foreign renderer\ndiagnostics=true\naudio-sink=fakesink\n' +
        '[MediaExport]\nenabled=false\n[External]\nenabled=false\n[MPRIS]\nenabled=false\n',
    );
    // The other computer waits for its end of the wire, then serves on it.
    host = spawn(
      'unshare',
      ['-n', '--pid', '--fork', '--kill-child', 'sh', '-c',
        `while ! ip link show far >/dev/null 2>&1; do sleep 0.1; done
         ip link set lo up; ip addr add ${THERE}/24 dev far; ip link set far up
         ip route add default via ${HERE}
         exec dbus-run-session -- rygel -n far`],
      {
        stdio: 'ignore',
        env: {
          ...process.env,
          HOME: state.dir,
          XDG_CONFIG_HOME: config,
          XDG_CACHE_HOME: join(state.dir, 'rygel', 'cache'),
          XDG_DATA_HOME: join(state.dir, 'rygel', 'data'),
        },
      },
    );
    const ours = await readlink('/proc/self/ns/net');
    await poll(async () => (await readlink(`/proc/${host.pid}/ns/net`)) !== ours, { what: 'the other computer to stand alone' });
    await run('ip', ['link', 'add', 'near', 'type', 'veth', 'peer', 'name', 'far']);
    await run('ip', ['link', 'set', 'far', 'netns', String(host.pid)]);
    await run('ip', ['addr', 'add', `${HERE}/24`, 'dev', 'near']);
    await run('ip', ['link', 'set', 'near', 'up']);
    names = await nameServer('printer.example', '10.78.0.9');
    window = await openWindow(state.dir, { LANSIDE_INTERFACE: 'near' });
  });

  after(async () => {
    await window?.close();
    names?.close();
    if (host?.exitCode === null) {
      host.kill('SIGKILL');
      await once(host, 'exit');
    }
    await run('ip', ['link', 'del', 'near']).catch(() => undefined);
    await state?.remove();
  });

  it('is found, and says what it is', async () => {
    await window.click(id('rail-others'), { timeout: 30_000 });
    await window.click(id('gateway-row'), { timeout: 30_000 });
    await window.reads(id('face-unmanaged'), 'Foreign renderer');
    await window.click(id('show-tests'));
  });

  it('pings this computer', async () => {
    await window.click(id('test-kind', '[data-kind="ping"]'));
    await window.fill(id('test-target'), HERE);
    await window.click(id('test-run'));
    await window.find(id('test-result', '[data-kind="ping"]'), { timeout: 60_000 });
    await window.reads(id('test-verdict'), 'passed');
  });

  it('follows the way to it', async () => {
    await window.click(id('test-kind', '[data-kind="traceroute"]'));
    await window.fill(id('test-target'), HERE);
    await window.click(id('test-run'));
    await window.reads(id('test-hops'), HERE, { timeout: 90_000 });
    await window.reads(id('test-verdict'), 'passed');
  });

  it('asks a name server', async () => {
    await window.click(id('test-kind', '[data-kind="nslookup"]'));
    await window.fill(id('test-target'), 'printer.example');
    await window.click(id('test-more', ' summary'));
    await window.fill(id('test-dns_server'), HERE);
    await window.click(id('test-run'));
    await window.reads(id('test-names'), '10.78.0.9', { timeout: 90_000 });
    await window.reads(id('test-verdict'), 'passed');
  });
});
