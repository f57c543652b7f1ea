// The main screens beside the pictures in tests/ui/pictures: what moved, vanished or changed its
// colour shows. Made anew with ./scripts/window-pictures.sh, looked at, and committed.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { Key, poll } from './driver.mjs';
import { NAME, PIN, setting } from './setting.mjs';
import { id, walk } from './stage.mjs';

const PICTURES = join(import.meta.dirname, 'pictures');
const MAKE = process.env.LANSIDE_UI_MAKE_PICTURES === '1';
/** How far a colour may be off, and which share of the picture may differ: names of certificates,
 * ports and times are other ones in every run, and they are small. */
const FUZZ = '12%';
const SHARE = 0.005;
const run = promisify(execFile);

/** What draws the letters: pictures are compared where it is the same. */
async function drawnBy() {
  const font = await run('fc-match', ['-f', '%{family} %{style}', 'system-ui']).then(
    ({ stdout }) => stdout.trim(),
    () => 'no fontconfig',
  );
  const engine = await run('dpkg-query', ['-W', '-f', '${Version}', 'libwebkit2gtk-4.1-0']).then(
    ({ stdout }) => stdout.split('.').slice(0, 2).join('.'),
    () => 'unknown',
  );
  return `${font}; WebKitGTK ${engine}\n`;
}

async function reasonToLeaveOut() {
  try {
    await run('compare', ['-version']);
  } catch {
    return 'ImageMagick is not on this machine';
  }
  if (MAKE) return false;
  const made = await readFile(join(PICTURES, 'drawn-by.txt'), 'utf8').catch(() => '');
  const here = await drawnBy();
  return made === here ? false : `the pictures were drawn by ${made.trim()}, this machine has ${here.trim()}`;
}

/** How many points of two pictures differ by more than the fuzz. */
async function difference(one, other) {
  // It ends with 1 when they differ, and says how much on standard error.
  const said = await run('compare', ['-metric', 'AE', '-fuzz', FUZZ, one, other, 'null:']).then(
    ({ stderr }) => stderr,
    (failed) => failed.stderr,
  );
  const points = Number.parseFloat(said);
  assert.ok(Number.isFinite(points), `the pictures cannot be compared: ${said}`);
  return points;
}

describe('the main screens', { skip: await reasonToLeaveOut() }, () => {
  const { window, state } = setting({
    gateways: [['--friendly-name', NAME, '--seed', '7']],
    env: () => ({ LANSIDE_START: '' }),
  });

  before(async () => {
    if (!MAKE) return;
    await mkdir(PICTURES, { recursive: true });
    await writeFile(join(PICTURES, 'drawn-by.txt'), await drawnBy());
  });

  /** A screen in light and in dark, beside its pictures. */
  async function looksAsBefore(context, name) {
    await window.gone(id('rail-searching'));
    for (const theme of ['light', 'dark']) {
      const shot = join(state.dir, `${name}-${theme}.png`);
      const kept = join(PICTURES, `${name}-${theme}.png`);
      await window.run(`
        document.documentElement.dataset.theme = arguments[0];
        // The caret blinks.
        document.documentElement.style.caretColor = 'transparent';
      `, theme);
      let share = 1;
      // What was just asserted may not be painted yet, and what moves may not rest yet.
      const alike = poll(
        async () => {
          await writeFile(shot, await window.picture());
          if (MAKE) return settled(shot, `${shot}.before`);
          share = (await difference(kept, shot)) / (1280 * 800);
          return share <= SHARE;
        },
        { timeout: 10_000, what: 'the screen to look as before' },
      );
      await alike.catch(async () => {
        const dir = process.env.LANSIDE_UI_PICTURES ?? state.dir;
        await mkdir(dir, { recursive: true });
        await writeFile(join(dir, `${name}-${theme}-now.png`), await readFile(shot));
        await run('compare', ['-fuzz', FUZZ, kept, shot, join(dir, `${name}-${theme}-differs.png`)]).catch(() => undefined);
        assert.fail(`${name} in ${theme}: ${(share * 100).toFixed(2)} % of it differ; set LANSIDE_UI_PICTURES to see where, or ./scripts/window-pictures.sh if it is meant to`);
      });
      if (MAKE) await run('convert', [shot, '-strip', '+dither', '-colors', '96', `PNG8:${kept}`]);
      else context.diagnostic(`${name} in ${theme}: ${(share * 100).toFixed(2)} % differ`);
    }
    await window.run(`document.documentElement.dataset.theme = 'light';`);
  }

  /** Whether two pictures in a row are the same. */
  async function settled(shot, earlier) {
    const same = await difference(earlier, shot).then((points) => points === 0, () => false);
    await writeFile(earlier, await readFile(shot));
    return same;
  }

  const press = (keys) => window.press('body', keys);

  it('ask first whose window it is', async (context) => {
    await window.find(id('welcome'));
    await looksAsBefore(context, 'welcome');
  });

  it('show a gateway nobody paired with', async (context) => {
    await window.click(id('welcome-technician'));
    await window.click(id('gateway-row'));
    await window.find(id('start-pairing'));
    await looksAsBefore(context, 'new-gateway');
  });

  it('ask for the PIN', async (context) => {
    await window.click(id('start-pairing'));
    await window.find(id('pin-input'));
    await looksAsBefore(context, 'pin');
    await window.fill(id('pin-input'), PIN);
    await window.click(id('pair-submit'));
    await window.click(id('pairing-done'));
    await window.find(id('node-row'));
  });

  it('show the tree and what a setting means', async (context) => {
    await walk(window, 'Device.WiFi.', 'Device.WiFi.SSID.', 'Device.WiFi.SSID.1.', 'Device.WiFi.SSID.1.SSID');
    await window.find(id('editor'));
    await looksAsBefore(context, 'tree');
  });

  it('list every command, and the keys', async (context) => {
    await press(`${Key.control}k${Key.none}`);
    await window.find(id('palette-input'));
    await looksAsBefore(context, 'palette');
    await press(Key.escape);
    await window.gone(id('palette-input'));
  });

  it('say what Lanside is made of', async (context) => {
    await press(`${Key.control},${Key.none}`);
    await window.click(id('settings-about'));
    await window.find(id('about-row'));
    await looksAsBefore(context, 'about');
    await press(Key.escape);
    await window.gone(id('about-dialog'));
  });

  for (const page of ['recipes', 'report']) {
    it(`have a page for ${page}`, async (context) => {
      await window.click(id(`tool-${page}`));
      await window.find(id(`${page}-page`));
      await looksAsBefore(context, page);
      await window.click(id('page-back'));
    });
  }

  it('say where the internet stops', async (context) => {
    await window.click(id('area-ladder'));
    await window.find(id('rung'));
    await looksAsBefore(context, 'ladder');
  });
});
