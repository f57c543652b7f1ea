// A technician's day in the real window, mostly with the keys: three gateways, one of them paired and
// worked on without a mouse, two side by side, a recipe for all, a restart.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { describe } from 'node:test';
import { promisify } from 'node:util';
import { Key, poll } from './driver.mjs';
import { keyboard, looks, PIN, setting } from './setting.mjs';
import { id, keepPicture, pairByPin } from './stage.mjs';

const run = promisify(execFile);
const NAMES = ['Workbench Elbe', 'Workbench Havel', 'Workbench Spree'];
const SSID = 'Device.WiFi.SSID.1.SSID';
const RECIPE = new URL('../../recipes/first-set-up.toml', import.meta.url).pathname;
const cell = (row, column) => `${id('grid-row', `[data-path="${row}"]`)} [data-column="${column}"]`;

describe('a technician with three gateways', () => {
  const { window, state, gateways, step, reopen } = setting({
    gateways: NAMES.map((name, at) => ['--friendly-name', name, '--seed', String(41 + at), '--reboot-seconds', '2']),
    pictures: 'workspace',
  });
  const { type, tabTo, whenFocused, command, goTo } = keyboard(window);
  const enter = () => type(Key.enter);
  const ours = (at) => `[data-udn="${gateways[at].udn}"]`;
  const front = (more) => `[data-pane="front"] ${more}`;

  step('pairs the first without a mouse', async () => {
    await window.find(id('gateway-row', ours(0)));
    await goTo('elbe');
    await window.reads(id('face-new'), NAMES[0]);
    await command('pair with');
    await whenFocused('pin-input');
    await type(`${PIN.slice(0, 4)}-${PIN.slice(4)}`);
    await enter();
    await whenFocused('pairing-done');
    await enter();
    await window.find(id('node-row'));
    await window.reads(id('protection'), 'Protected connection');
  });

  step('pairs the others with the mouse, and has a tab for each', async () => {
    for (const at of [1, 2]) await pairByPin(window, gateways[at].udn, PIN);
    assert.equal((await window.all(id('gateway-tab'))).length, 3);
    await looks(window, 'workspace-tabs');
  });

  step('sees every command, and those that fit', async () => {
    await type('k', Key.control);
    await whenFocused('palette-input');
    await window.reads(id('palette-status'), /\d+ commands/);
    await looks(window, 'workspace-palette');
    await type('restart');
    await window.reads(id('palette-row', '[aria-selected="true"]'), 'Restart the gateway');
    await type(Key.escape);
    await window.gone(id('palette'));
  });

  step('jumps to a setting by a few letters', async () => {
    await goTo('elbe');
    await window.reads(id('gateway-name'), NAMES[0]);
    await type('p', Key.control);
    await whenFocused('quick-open-input');
    await type('ssid.1.ssid');
    // What was not read yet cannot be found: it is offered to read it.
    await window.find(id('quick-open-row', '[data-id="load"][aria-selected="true"]'));
    await keepPicture(window, 'workspace-quick-open-unread');
    await enter();
    await window.find(id('quick-open-row', '[data-id="/BBF/WiFi/SSID/0/SSID"]'), { timeout: 60_000 });
    await window.reads(id('quick-open-row', '[aria-selected="true"]'), 'SSID');
    await looks(window, 'workspace-quick-open', ['narrow']);
    await enter();
    await window.reads(id('path'), SSID);
  });

  step('searches with everyday words', async () => {
    await type('/');
    await whenFocused('search');
    await type('ssid.1.ssid');
    await window.find(id('hit-row', `[data-path="${SSID}"]`));
    await type(Key.down);
    await window.find(id('hit-row', `[data-path="${SSID}"][aria-selected="true"]`));
    await looks(window, 'workspace-search', ['narrow']);
    await type(Key.escape);
    assert.equal(await window.value(id('search')), '');
  });

  step('edits a cell of a grid with the keys', async () => {
    await goTo('Device.WiFi.SSID.');
    await window.reads(id('details-name'), 'SSID');
    await type('g');
    await window.find(id('grid-row', '[data-path="/BBF/WiFi/SSID/0/"]'));
    await tabTo('grid-table');
    const columns = await window.run(`return [...document.querySelectorAll('[data-testid="grid-column"]')].map((one) => one.title);`);
    for (let presses = columns.indexOf('SSID') + 1; presses > 0; presses -= 1) await type(Key.right);
    await type(Key.f2);
    await whenFocused('grid-editor');
    await type('a', Key.control);
    await type('Attic');
    await enter();
    await window.reads(cell('/BBF/WiFi/SSID/0/', 'SSID'), 'Attic');
    await window.reads(id('tray-edit'), 'Attic');
    await looks(window, 'workspace-grid');
  });

  step('hears in the review of a change made elsewhere meanwhile', async () => {
    await run(process.env.LANSIDE_CLI_BIN, ['set', gateways[0].udn, `${SSID}=Theirs`, '--yes', '--interface', '127.0.0.1'], {
      env: { ...process.env, LANSIDE_STATE_DIR: state.dir, LANSIDE_SECRETS: 'file' },
    });
    await type('s', Key.control);
    await window.reads(id('line-conflict'), '“Theirs”');
    await looks(window, 'workspace-conflict', ['narrow']);
  });

  step('applies with the keys, and it is verified', async () => {
    await type(Key.enter, Key.control);
    await window.find(id('review-line', '[data-state="verified"]'));
    await whenFocused('review-done');
    await enter();
    await window.gone(id('review-dialog'));
    await window.reads(cell('/BBF/WiFi/SSID/0/', 'SSID'), 'Attic');
  });

  step('takes it back by its name', async () => {
    await command('take back applied');
    await window.reads(id('review-line'), 'from “Attic” to “Theirs”');
    await type(Key.enter, Key.control);
    await window.find(id('review-line', '[data-state="verified"]'));
    await whenFocused('review-done');
    await enter();
    await window.find(id('tray-empty'));
  });

  step('gives a command another key', async () => {
    await command('settings of lanside');
    await tabTo('settings-keys');
    await enter();
    await whenFocused('key-find');
    await type('beside');
    await tabTo('key-set-other-pane');
    await enter();
    await type(Key.f8);
    await window.reads(id('key-row', '[data-id="other-pane"]'), 'F8');
    await looks(window, 'workspace-keys', ['narrow']);
    await tabTo('keys-done');
    await enter();
    await type(Key.escape);
    await window.gone('dialog');
  });

  step('has two side by side, and goes from one to the other', async () => {
    await type(Key.pageDown, Key.control);
    await window.reads(id('gateway-name'), NAMES[1]);
    await type('\\', Key.control);
    await poll(async () => (await window.all(id('gateway-name'))).length === 2, { what: 'two gateways' });
    await type(Key.f8);
    await window.reads(front(id('gateway-name')), NAMES[2]);
    await poll(async () => window.run(`return document.querySelector('[data-pane="front"]').contains(document.activeElement)`), { what: 'the focus in front' });
    await goTo('Device.DeviceInfo.');
    await window.find(front(id('node-row', '[data-path="Device.DeviceInfo."][aria-selected="true"]')));
    await looks(window, 'workspace-beside', ['wide', 'narrow', 'large']);
  });

  step('comes back as it was left: tabs, both gateways, the key', async () => {
    await reopen();
    await poll(async () => (await window.all(id('gateway-name'))).length === 2, { what: 'two gateways' });
    await window.reads(front(id('gateway-name')), NAMES[2]);
    const tabs = await window.run(`return [...document.querySelectorAll('[data-testid="gateway-tab"]')].map((one) => one.dataset.udn)`);
    assert.deepEqual(tabs, gateways.map(({ udn }) => udn));
    await window.find(front(id('node-row')));
    await type(Key.f8);
    await window.reads(front(id('gateway-name')), NAMES[1]);
    await type('\\', Key.control);
    await poll(async () => (await window.all(id('gateway-name'))).length === 1, { what: 'one gateway' });
  });

  step('compares a recipe with all three', async () => {
    await command('apply a recipe');
    await window.press(id('recipe-file-input'), RECIPE);
    await window.reads(id('recipe-name'), 'First set-up');
    await window.fill(id('recipe-var-wifi-name'), 'Zum Anker');
    await window.fill(id('recipe-var-wifi-password'), 'Leuchtturm 1887');
    for (const { udn } of gateways) await window.click(id(`recipe-gateway-${udn}`));
    await looks(window, 'workspace-recipe');
    await window.click(id('recipe-compare'));
    await window.find(id('recipe-run'), { timeout: 60_000 });
    await looks(window, 'workspace-recipe-compared');
  });

  step('runs it, and sees what became of it at each', async () => {
    await window.run(`document.querySelector('[data-testid="recipe-accept"]')?.click()`);
    await window.click(id('recipe-run'));
    await window.find(id('recipe-notes'), { timeout: 90_000 });
    for (const { udn } of gateways) await window.find(id('recipe-result', `[data-udn="${udn}"][data-outcome="changed"]`));
    await looks(window, 'workspace-recipe-done', ['wide', 'narrow', 'large']);
    await window.click(id('page-back'));
  });

  step('restarts one, and follows it until it is back', async () => {
    await goTo('elbe');
    await window.reads(id('gateway-name'), NAMES[0]);
    await command('restart the gateway');
    await window.find(id('restart-confirm'));
    await looks(window, 'workspace-restart', ['narrow']);
    await tabTo('restart-confirm');
    await enter();
    await window.reads(id('restart-result'), /It took \d/, { timeout: 90_000 });
    await looks(window, 'workspace-restarted');
    await whenFocused('restart-done');
    await enter();
    await goTo('wifi ssid 1 ssid');
    await poll(async () => (await window.value(id('editor-input'))) === 'Zum Anker', { what: 'the value of the recipe' });
  });
});
