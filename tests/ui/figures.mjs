// A figure of the real window, printed and not judged: how long frames take, and how many rows are
// blank, while 99,000 rows are scrolled. scripts/window-figures.sh runs it under a display and D-Bus.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { poll } from './driver.mjs';
import { freshState, id, openWindow, pairByPin, startGateway, walk } from './stage.mjs';

const PIN = '12345670';
/** As many rows as one answer may list: `XML_NODES` in upnp/src/limits.rs is the bound. */
const ROWS = Number(process.env.LANSIDE_FIGURE_ROWS ?? 99_000);
const FRAMES = 300;

// Moves the tree a little in every frame and notes how long frames take and how many rows that
// should be in sight are not there. Looking costs time itself: it is done in every tenth frame.
const SCROLL = `
  const [frames, step] = arguments;
  const tree = document.querySelector('[data-testid="tree"]');
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

function share(sorted, part) {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))].toFixed(1);
}

async function scroll(scene) {
  const table = join(scene.state.dir, 'tree.tsv');
  const lines = ['Device.DeviceInfo.ModelName\tparam\tfalse\tstring\tLarge'];
  for (let host = 1; host <= ROWS; host += 1) lines.push(`Device.Hosts.Host.${host}.HostName\tparam\tfalse\tstring\thost-${host}`);
  await writeFile(table, `${lines.join('\n')}\n`);
  const window = await scene.open(['--tree', table, '--index-base', '1']);
  await window.click(id('load-all'));
  await window.gone(id('load-cancel'), { timeout: 300_000 });
  // Nothing here tells where rows begin, so paths stay as UPnP has them.
  await walk(window, '/BBF/Hosts/', '/BBF/Hosts/Host/');
  const rows = () => window.run(`return document.querySelector('[data-testid="tree"]').scrollHeight / 26;`);
  await poll(async () => (await rows()) >= ROWS, { what: 'the rows', timeout: 120_000 });
  console.log(`scrolling a tree of ${Math.floor(await rows())} rows, ${FRAMES} frames each`);
  for (const [name, step] of [['a line a frame', 26], ['a page a frame', 600], ['the whole tree', 4300]]) {
    await window.run(SCROLL, FRAMES, step);
    const done = () => window.run('return window.figures;');
    const { times, blank, looked } = await poll(done, { what: 'the frames', timeout: 300_000 });
    times.sort((a, b) => a - b);
    console.log(`  ${name}: frame p50 ${share(times, 0.5)} ms, p99 ${share(times, 0.99)} ms, longest ${times.at(-1).toFixed(1)} ms; ${blank} of ${looked} rows blank`);
  }
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
  await scroll(scene);
} finally {
  await scene.window?.close();
  await scene.gateway?.stop();
  await state.remove();
}
