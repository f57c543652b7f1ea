// A technician's round in the real window: search, grid edit, conflict, review, apply, undo,
// restore; rows made and deleted; a table of thousands that does not freeze.
import assert from 'node:assert/strict';
import { after, describe } from 'node:test';
import { Key, poll } from './driver.mjs';
import { NAME, PIN, setting } from './setting.mjs';
import { freshState, id, keepPicture, onDisk, openWindow, pairByPin, scrollAcross, walk } from './stage.mjs';

const SSID = 'Device.WiFi.SSID.1.SSID';
const cell = (row, column) => `${id('grid-row', `[data-path="${row}"]`)} [data-column="${column}"]`;

describe('a round through the tree', () => {
  const gateways = [['--friendly-name', NAME, '--seed', '17', '--user', 'admin:sesame']];
  const { window, gateway, state, step, cut } = setting({ gateways, paired: 1, pictures: 'journey' });
  let other;
  let first;

  after(async () => {
    await other?.window.close();
    await other?.state.remove();
  });

  /** Types into a cell of the grid that is open. */
  async function type(row, column, text) {
    await scrollAcross(window, cell(row, column));
    await window.run(`document.querySelector(arguments[0]).dispatchEvent(new MouseEvent('dblclick', { bubbles: true }));`, cell(row, column));
    await window.fill(id('grid-editor'), text);
    await window.press(id('grid-editor'), Key.enter);
  }

  async function apply() {
    await window.click(id('review'));
    await window.click(id('apply'));
    await window.find(id('review-body', '[data-phase="done"]'), { timeout: 60_000 });
  }

  step('saves everything before it begins', async () => {
    await window.click(id('area-snapshots'));
    await window.fill(id('snapshot-name'), 'Before');
    await window.click(id('snapshot-save'));
    await window.reads(id('snapshot'), 'Before', { timeout: 60_000 });
    await window.click(id('area-settings'));
  });

  step('searches, and comes to the table', async () => {
    await window.fill(id('search'), 'ssid.1.ssid');
    await window.click(id('hit-row', `[data-path="${SSID}"]`));
    await window.reads(id('details-name'), 'SSID');
    first = await window.value(id('editor-input'));
    await window.click(id('show-in-tree'));
    await walk(window, 'Device.WiFi.SSID.');
    await window.click(id('open-grid'));
    await window.find(id('grid-row', '[data-path="/BBF/WiFi/SSID/0/"]'));
  });

  step('edits a cell of the grid', async () => {
    await type('/BBF/WiFi/SSID/0/', 'SSID', 'Attic');
    await window.reads(cell('/BBF/WiFi/SSID/0/', 'SSID'), 'Attic');
    await window.reads(id('tray-edit'), 'Attic');
  });

  step('hears of a change somebody else made meanwhile', async () => {
    const theirs = await freshState();
    other = { state: theirs, window: await openWindow(theirs.dir) };
    await pairByPin(other.window, gateway.udn, PIN);
    await walk(other.window, 'Device.WiFi.', 'Device.WiFi.SSID.', 'Device.WiFi.SSID.1.', SSID);
    await other.window.fill(id('editor-input'), 'Theirs');
    await other.window.click(id('stage'));
    await other.window.click(id('review'));
    await other.window.click(id('apply'));
    await other.window.find(id('review-line', '[data-state="verified"]'));
    await other.window.close();
    await other.state.remove();
    other = undefined;
    await window.click(id('review'));
    await window.reads(id('line-conflict'), '“Theirs”');
  });

  step('applies it all the same, and reads it back', async () => {
    await window.click(id('apply'));
    await window.find(id('review-line', '[data-state="verified"]'));
    await window.click(id('review-done'));
    await window.reads(cell('/BBF/WiFi/SSID/0/', 'SSID'), 'Attic');
    await window.click(id('grid-back'));
  });

  step('loses no text that was refused: not by closing the table, not by a power cut', async () => {
    const long = 'A name that is far too long for a wireless network';
    await window.click(id('open-grid'));
    await type('/BBF/WiFi/SSID/0/', 'SSID', long);
    await window.find(id('grid-problem'));
    await window.click(id('grid-back'));
    await window.reads(id('tray-text'), long);
    await keepPicture(window, 'journey-refused-text');
    await poll(async () => (await onDisk(state.dir)).some((octets) => octets.includes(long)), { what: 'the text on the disk' });
    await cut();
    await window.reads(id('tray-text'), long, { timeout: 60_000 });
    await window.click(`${id('tray-text')} button`);
    await poll(async () => (await window.value(id('editor-input'))) === long, { what: 'the text in its field' });
    await window.press(id('editor-input'), Key.escape);
    await window.gone(id('tray-text'));
  });

  step('takes it back from the history', async () => {
    await window.click(id('area-history'));
    await window.click(id('history-take-back'));
    await window.reads(id('review-line'), 'from “Attic”');
    await window.click(id('apply'));
    await window.find(id('review-line', '[data-state="verified"]'));
    await window.click(id('review-done'));
  });

  step('adds a row with its values, and applies it', async () => {
    await window.click(id('area-settings'));
    await walk(window, 'Device.NAT.', 'Device.NAT.PortMapping.');
    await window.click(id('open-grid'));
    await window.click(id('grid-add'));
    await window.reads(id('tray-list'), 'new row');
    await type('/BBF/NAT/PortMapping/+1/', 'ExternalPort', '8443');
    await type('/BBF/NAT/PortMapping/+1/', 'InternalPort', '443');
    await keepPicture(window, 'journey-new-row');
    await apply();
    await window.click(id('review-done'));
    await window.gone(id('grid-row', '[data-path="/BBF/NAT/PortMapping/+1/"]'));
    await window.reads(id('grid-table'), '8443');
  });

  step('restores what was saved: the row goes, the name comes back', async () => {
    await window.click(id('grid-back'));
    await window.click(id('area-snapshots'));
    await window.click(id('snapshot-restore'));
    await window.find(id('restored'), { timeout: 60_000 });
    await window.click(id('restored-review'));
    await window.reads(id('review-body'), `to “${first}”`);
    await window.reads(id('review-body'), 'is deleted.');
    await window.click(id('apply'));
    await window.find(id('review-body', '[data-phase="done"]'), { timeout: 60_000 });
    await window.gone(id('review-line', '[data-state="refused"]'));
    await window.click(id('review-done'));
    await window.click(id('snapshot-compare'));
    await window.click(id('compare-go'));
    await window.reads(id('comparison-count'), '0 settings differ.', { timeout: 60_000 });
  });
});

describe('a table of thousands of rows', () => {
  const gateways = [['--friendly-name', 'Big gateway', '--parameters', '20000']];
  const { window, step } = setting({ gateways, paired: 1 });

  step('opens as a grid that scrolls without a blank row', async () => {
    await walk(window, 'Device.Hosts.', 'Device.Hosts.Host.');
    await window.click(id('open-grid'));
    await window.find(id('grid-row'), { timeout: 120_000 });
    const rows = Number(await window.attribute(id('grid-table'), 'aria-rowcount'));
    assert.ok(rows > 500, `${rows} rows`);
    const blank = await window.run(`
      const grid = document.querySelector('[data-testid="grid-table"]');
      const frame = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
      return (async () => {
        let worst = 0;
        for (let jump = 0; jump < 8; jump += 1) {
          grid.scrollTop = ((jump * 7919) % 8) / 8 * grid.scrollHeight;
          await frame();
          const box = grid.getBoundingClientRect();
          let blank = 0;
          for (let y = box.top + 45; y < box.bottom - 15; y += 30) {
            if (!document.elementFromPoint(box.left + 60, y)?.closest('.row')) blank += 1;
          }
          worst = Math.max(worst, blank);
        }
        return worst;
      })();
    `);
    assert.equal(blank, 0);
    const there = (await window.all(id('grid-row'))).length;
    assert.ok(there < 80, `${there} rows exist`);
    await keepPicture(window, 'journey-big-grid');
  });
});
