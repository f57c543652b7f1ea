// Figures of the real window, printed and not judged: how long frames take, and how many rows are
// blank, while 100,000 rows are scrolled, beside a page of plain text lines that is scrolled in the
// same way; and what the window costs while nothing happens.
// scripts/window-figures.sh runs it under a display and D-Bus.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { poll } from './driver.mjs';
import { processorTime } from './processes.mjs';
import { freshState, id, openWindow, pairByPin, startGateway, walk } from './stage.mjs';

const PIN = '12345670';
const ROWS = Number(process.env.LANSIDE_FIGURE_ROWS ?? 100_000);
const FRAMES = 300;
const IDLE_MS = 30_000;

// Moves the tree a little in every frame and notes how long frames take and how many rows that
// should be in sight are not there. Looking costs time itself: it is done in every tenth frame.
const SCROLL = `
  const [frames, step, list] = arguments;
  const tree = document.querySelector(list);
  const next = () => new Promise((done) => requestAnimationFrame(done));
  window.figures = null;
  (async () => {
    const times = [];
    let blank = 0, looked = 0;
    tree.scrollTop = 0;
    let before = await next();
    for (let frame = 0; frame < frames; frame += 1) {
      tree.scrollTop += step;
      const now = await next();
      times.push(now - before);
      before = now;
      if (frame % 10 === 9) {
        const box = tree.getBoundingClientRect();
        for (let y = box.top + 13; y < box.bottom; y += 26, looked += 1) {
          if (!document.elementFromPoint(box.left + 200, y)?.closest('.row')) blank += 1;
        }
        before = await next();
      }
    }
    window.figures = { times, blank, looked };
  })();
`;

// The least a list can be: lines of text that are all there, in the place of the tree.
const PLAIN = `
  const box = document.querySelector('[data-testid="tree"]').getBoundingClientRect();
  const plain = document.createElement('div');
  plain.id = 'plain';
  plain.style = 'position: fixed; z-index: 9; overflow-y: auto; background: white; font: 13px monospace; line-height: 26px;'
    + ['left', 'top', 'width', 'height'].map((side) => side + ':' + box[side] + 'px').join(';');
  for (let line = 0; line < arguments[0]; line += 1) {
    const row = document.createElement('div');
    row.className = 'row';
    row.textContent = 'Device.Hosts.Host.' + line + '.HostName host-' + line;
    plain.append(row);
  }
  document.body.append(plain);
`;

function share(sorted, part) {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))].toFixed(1);
}

/** Opens a gateway with a table of so many rows. */
async function open(scene) {
  const table = join(scene.state.dir, 'tree.tsv');
  const lines = ['Device.DeviceInfo.ModelName\tparam\tfalse\tstring\tLarge'];
  for (let host = 1; host <= ROWS; host += 1) lines.push(`Device.Hosts.Host.${host}.HostName\tparam\tfalse\tstring\thost-${host}`);
  await writeFile(table, `${lines.join('\n')}\n`);
  await scene.open(['--tree', table, '--index-base', '1']);
}

async function scroll({ window }) {
  await window.click(id('load-all'));
  await window.gone(id('load-cancel'), { timeout: 300_000 });
  // Nothing here tells where rows begin, so paths stay as UPnP has them.
  await walk(window, '/BBF/Hosts/', '/BBF/Hosts/Host/');
  const rows = () => window.run(`return document.querySelector('[data-testid="tree"]').scrollHeight / 26;`);
  await poll(async () => (await rows()) >= ROWS, { what: 'the rows', timeout: 120_000 });
  console.log(`scrolling a tree of ${Math.floor(await rows())} rows, ${FRAMES} frames each`);
  const frames = async (name, step, list) => {
    await window.run(SCROLL, FRAMES, step, list);
    const done = () => window.run('return window.figures;');
    const { times, blank, looked } = await poll(done, { what: 'the frames', timeout: 300_000 });
    times.sort((a, b) => a - b);
    console.log(`  ${name}: frame p50 ${share(times, 0.5)} ms, p99 ${share(times, 0.99)} ms, longest ${times.at(-1).toFixed(1)} ms; ${blank} of ${looked} rows blank`);
  };
  for (const [name, step] of [['a line a frame', 26], ['a page a frame', 600], ['the whole tree', 4300]]) {
    await frames(name, step, id('tree'));
  }
  await window.run(PLAIN, 2 * FRAMES);
  await frames('plain lines, a line a frame', 26, '#plain');
  await window.run(`document.querySelector('#plain').remove();`);
}

/** What an open gateway costs while nobody does anything. */
async function idle(scene) {
  await pause(5_000);
  const before = await processorTime(scene.state.dir);
  await pause(IDLE_MS);
  const used = (await processorTime(scene.state.dir)) - before;
  console.log(`idle with an open gateway: ${((used * 100_000) / IDLE_MS).toFixed(1)} % of one processor over ${IDLE_MS / 1000} s`);
}

const state = await freshState();
const scene = {
  state,
  async open(args) {
    this.gateway = await startGateway(['--friendly-name', 'Figures', '--pin', PIN, ...args]);
    this.window = await openWindow(state.dir);
    await pairByPin(this.window, this.gateway.udn, PIN);
    return this.window;
  },
};
try {
  await open(scene);
  await idle(scene);
  await scroll(scene);
} finally {
  await scene.window?.close();
  await scene.gateway?.stop();
  await state.remove();
}
