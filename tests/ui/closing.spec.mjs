// The window is closed: the program ends soon, whatever its gateways do, and has kept everything.
import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { NAME, setting } from './setting.mjs';
import { id, walk } from './stage.mjs';

const SSID = ['Device.WiFi.', 'Device.WiFi.SSID.', 'Device.WiFi.SSID.1.', 'Device.WiFi.SSID.1.SSID'];
/** A gateway is waited for two seconds at most; the rest is for a busy machine. */
const SOON_MS = 5_000;

const cases = [
  ['answers', () => undefined],
  ['hangs', (gateway) => gateway.freeze()],
  ['is gone', (gateway) => gateway.kill()],
];

for (const [how, happens] of cases) {
  describe(`the window is closed while a gateway ${how}`, () => {
    const gateways = [['--friendly-name', NAME, '--seed', '23', '--user', 'Administrator:lanside']];
    const { window, gateway, step, leave, reopen } = setting({ gateways, paired: 1 });

    step('is logged in, follows a value, and has a draft', async () => {
      await window.click(id('log-in'));
      await window.fill(id('login-name'), 'Administrator');
      await window.fill(id('login-password'), 'lanside');
      await window.click(id('login-submit'));
      await window.gone(id('login-dialog'));
      await walk(window, ...SSID);
      await window.click(id('watch-toggle'));
      await window.fill(id('editor-input'), 'Attic');
      await window.click(id('stage'));
      await window.reads(id('tray-edit'), 'Attic');
    });

    step('ends soon, in the middle of a question', async (context) => {
      await happens(gateway);
      await window.run(`document.querySelector('[data-testid="read-again"]').click();`);
      const took = await leave(30_000);
      context.diagnostic(`the window was gone after ${Math.round(took.window)} ms, the program after ${Math.round(took.program)} ms`);
      assert.ok(took.program < SOON_MS, 'the program lives on');
    });

    if (how !== 'answers') return;
    step('has the draft when it starts again', async () => {
      await reopen();
      await window.reads(id('tray-edit'), 'Attic', { timeout: 60_000 });
    });
  });
}
