// The card for the wall: another program reads its square off the screen, and what is printed is the
// card and nothing else. Signs that mean something in the square's text are in name and password.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { copyFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe } from 'node:test';
import { promisify } from 'node:util';
import { poll } from './driver.mjs';
import { NAME, PIN, setting } from './setting.mjs';
import { id, keepPicture } from './stage.mjs';

const WIFI = 'Käthe; "Süd", 2:1\\b ß';
const PASSWORD = 'Leucht;turm, 18:87 "\\"';
const TEXT = 'WIFI:T:WPA;S:Käthe\\; \\"Süd\\"\\, 2\\:1\\\\b ß;P:Leucht\\;turm\\, 18\\:87 \\"\\\\\\";;';

const run = promisify(execFile);
const there = (program) => run('which', [program]).then(() => true, () => false);

/** What is in the square of a picture, as a program of other people reads it. */
async function read(file) {
  const { stdout } = await run('zbarimg', ['--quiet', '--raw', '-Sdisable', '-Sqrcode.enable', file]);
  return stdout.replace(/\n$/, '');
}

describe('the card for the wall', () => {
  const env = (state) => ({ LANSIDE_START: 'set-up', HOME: state.dir });
  const { window, state, step } = setting({ gateways: [['--friendly-name', NAME, '--seed', '7', '--ppp-account', 'anna:geheim12']], env });

  step('comes at the end of a set-up', async () => {
    await window.click(id('setup-next'));
    await window.fill(id('pin-input'), PIN);
    await window.click(id('setup-next'));
    await window.find(id('setup-internet'), { timeout: 60_000 });
    await window.fill(id('setup-user-name'), 'anna');
    await window.fill(id('setup-password'), 'geheim12');
    await window.click(id('setup-next'));
    await window.fill(id('setup-wifi-name'), WIFI);
    await window.fill(id('setup-wifi-password'), PASSWORD);
    await window.click(id('setup-next'));
    await window.find(id('setup-check'));
    await window.click(id('setup-send'));
    await window.find(id('setup-works'), { timeout: 90_000 });
    await window.click(id('setup-card-show'));
    await window.reads(id('setup-card-password'), PASSWORD);
    await keepPicture(window, 'card');
  });

  for (const theme of ['light', 'dark']) {
    step(`is read off the screen in ${theme} colours`, async (context) => {
      if (!(await there('zbarimg'))) return context.skip('zbarimg is not on this machine');
      await window.run('document.documentElement.dataset.theme = arguments[0]', theme);
      const place = await window.placeOf(`${id('setup-card')} img`);
      const file = join(state.dir, `${theme}.png`);
      // What was scrolled to may not be painted yet.
      const inIt = await poll(
        async () => {
          await writeFile(file, await window.picture());
          await run('convert', [file, '-crop', place, '+repage', file]);
          return read(file).catch(() => null);
        },
        { what: 'a square that is read' },
      );
      assert.equal(inIt, TEXT);
    });
  }

  step('is printed alone, as ink on paper, out of a dark window', async (context) => {
    for (const program of ['xdotool', 'pdftotext', 'pdftoppm', 'zbarimg']) {
      if (!(await there(program))) return context.skip(`${program} is not on this machine`);
    }
    await window.click(id('setup-card-print'));
    // The system's own dialog: its file is chosen in the list of printers, then its button pressed.
    const dialog = await poll(async () => (await run('xdotool', ['search', '--onlyvisible', '--name', '^Print$']).catch(() => null))?.stdout.trim(), {
      what: 'the dialog for printing',
    });
    // It may be gone by then.
    const press = (x, y) => run('xdotool', ['mousemove', '--window', dialog, String(x), String(y), 'click', '1']).catch(() => undefined);
    const [, width, height] = /Geometry: (\d+)x(\d+)/.exec((await run('xdotool', ['getwindowgeometry', dialog])).stdout).map(Number);
    const file = join(state.dir, 'output.pdf');
    await poll(
      async () => {
        await press(80, 86);
        await press(width - 56, height - 30);
        return (await stat(file).catch(() => null))?.size > 0;
      },
      { what: 'the printed file' },
    );
    const text = await poll(async () => (await run('pdftotext', ['-layout', file, '-']).catch(() => null))?.stdout, { what: 'the words of the file' });
    const words = text.split('\n').map((line) => line.trim()).filter(Boolean);
    assert.deepEqual(words, ['Our Wi-Fi', 'Point the camera of a phone here.', 'Name', WIFI, 'Password', PASSWORD]);
    await run('pdftoppm', ['-r', '150', '-png', '-singlefile', file, join(state.dir, 'printed')]);
    const printed = join(state.dir, 'printed.png');
    if (process.env.LANSIDE_UI_PICTURES) await copyFile(printed, join(process.env.LANSIDE_UI_PICTURES, 'card-printed.png'));
    assert.equal(await read(printed), TEXT);
    const { stdout } = await run('convert', [printed, '-format', '%[fx:mean]', 'info:']);
    assert.ok(Number(stdout) > 0.9, `nearly all of it stays paper, ${stdout}`);
  });
});
