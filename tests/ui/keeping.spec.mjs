// What is kept of a gateway: what changed since the last visit, snapshots, history with the
// way back, a restore with its three lists; in the real window.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe } from 'node:test';
import { poll } from './driver.mjs';
import { looks, NAME, setting } from './setting.mjs';
import { id, row, walk } from './stage.mjs';
import { chooseInDialog } from './system-dialog.mjs';

const SSID = 'Device.WiFi.SSID.1.SSID';

describe('what is kept of a gateway', () => {
  const { window, state, gateway, step, reopen } = setting({ gateways: [['--friendly-name', NAME, '--seed', '13']], paired: 1, pictures: 'keeping' });
  let before_;

  async function change(name) {
    await window.click(id('area-settings'));
    await window.fill(id('editor-input'), name);
    await window.click(id('stage'));
    await window.click(id('review'));
    await window.click(id('apply'));
    await window.find(id('review-line', '[data-state="verified"]'));
    await window.click(id('review-done'));
  }

  step('is saved under a name', async () => {
    await walk(window, 'Device.WiFi.', 'Device.WiFi.SSID.', 'Device.WiFi.SSID.1.', SSID);
    before_ = await window.value(id('editor-input'));
    await window.click(id('area-snapshots'));
    await window.fill(id('snapshot-name'), 'Before');
    await window.click(id('snapshot-save'));
    await window.reads(id('snapshot'), /Before .* [\d,]+ parameters/, { timeout: 60_000 });
  });

  step('is compared with the gateway as it is', async () => {
    await change('Attic');
    await window.click(id('area-snapshots'));
    await window.click(id('snapshot-compare'));
    await window.click(id('compare-go'));
    await window.reads(id('comparison-count'), '1 setting differs.', { timeout: 60_000 });
    await window.reads(id('difference', `[data-path="${SSID}"]`), 'Attic');
    await window.click(id('comparison-back'));
  });

  step('is written to a file without secrets', async () => {
    const file = join(state.dir, 'before.json');
    await window.click(id('snapshot-export'));
    await window.fill(id('export-file'), file);
    await window.click(id('export-go'));
    await window.reads(id('snapshot-exported'), file);
    const written = JSON.parse(await readFile(file, 'utf8'));
    assert.ok(JSON.stringify(written).includes(SSID));
  });

  step('is written to a file that is chosen in the dialog of the system', async () => {
    const file = join(state.dir, 'chosen.json');
    await window.click(id('snapshot-export'));
    await window.click(id('export-file-choose'));
    await chooseInDialog('File', file, 'keeping-dialog');
    await poll(async () => (await window.value(id('export-file'))) === file, { what: 'the name of the file' });
    await window.click(id('export-go'));
    await window.reads(id('snapshot-exported'), file);
    assert.deepEqual(JSON.parse(await readFile(file, 'utf8')), JSON.parse(await readFile(join(state.dir, 'before.json'), 'utf8')));
  });

  step('goes back into the draft in three lists, and onto the gateway when applied', async () => {
    await window.click(id('snapshot-restore'));
    await window.reads(id('restored'), 'nothing was sent', { timeout: 60_000 });
    await window.reads(id('restored-carried'), '1 as it was');
    await window.find(id('restored-item', `[data-path="${SSID}"]`));
    await looks(window, 'keeping-restored');
    await window.click(id('restored-review'));
    await window.reads(id('review-line'), `“Attic” to “${before_}”`);
    await window.click(id('apply'));
    await window.find(id('review-line', '[data-state="verified"]'));
    await window.click(id('review-done'));
  });

  step('stands in the history, from where it is taken back', async () => {
    await window.click(id('area-history'));
    await window.reads(id('history-entry'), `from “Attic” to “${before_}”`);
    assert.equal((await window.all(id('history-entry'))).length, 2);
    await window.click(id('history-take-back'));
    await window.reads(id('review-line'), `“${before_}” to “Attic”`);
    await window.click(id('apply'));
    await window.find(id('review-line', '[data-state="verified"]'));
    await window.click(id('review-done'));
    await window.find(id('history-undone'));
  });

  step('is compared with the next visit, after the window was closed', async () => {
    await window.click(id('area-snapshots'));
    await window.click(id('since-read'));
    await window.reads(id('since-visit'), /setting|visit/, { timeout: 60_000 });
    await change('Cellar');
    await reopen();
    await window.click(id('gateway-row', `[data-udn="${gateway.udn}"]`));
    await window.find(id('node-row'));
    await window.click(id('area-snapshots'));
    await window.click(id('since-read'));
    await window.reads(id('since-visit'), '1 setting has changed since', { timeout: 60_000 });
    await window.click(id('since-show'));
    await window.reads(id('difference', `[data-path="${SSID}"]`), 'Attic Cellar');
  });

  step('leads from a difference to its place in the tree', async () => {
    await window.click(id('difference', `[data-path="${SSID}"] button`));
    await window.find(`${row(SSID)}[aria-selected="true"]`);
  });
});
