// A value of 12 MB and a table of 10,000 rows in the real window: what reaches the page and what
// is on the screen stays small, and the page's loop goes on. How long it stood still is printed.
import assert from 'node:assert/strict';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe } from 'node:test';
import { looks, setting } from './setting.mjs';
import { id, row, walk } from './stage.mjs';

const ROWS = 10_000;
const LENGTH = 12_000_000;
const DUMP = 'Device.DeviceInfo.X_MAKER_Dump';
/** No answer the page gets may be longer: 10,000 rows of three cells are the most there is. */
const ANSWER_OCTETS = 4_000_000;

function whole() {
  return '0123456789abcdef'.repeat(LENGTH / 16);
}

function tree() {
  const lines = [
    'Device.DeviceInfo.SoftwareVersion\tparam\tfalse\tstring\t1.0',
    `${DUMP}\tparam\ttrue\tstring\t${whole()}`,
    // A table that is never empty tells from where rows are numbered.
    'Device.IP.Interface.\tobject\tfalse\tobject\t',
    'Device.IP.Interface.1.\tobject\tfalse\tobject\t',
    'Device.IP.Interface.1.Enable\tparam\tfalse\tboolean\t1',
    'Device.Hosts.Host.\tobject\tfalse\tobject\t',
  ];
  for (let at = 1; at <= ROWS; at += 1) {
    const host = `Device.Hosts.Host.${at}.`;
    lines.push(`${host}\tobject\tfalse\tobject\t`);
    lines.push(`${host}HostName\tparam\tfalse\tstring\thost-${at}`);
    lines.push(`${host}Active\tparam\tfalse\tboolean\t1`);
  }
  return `${lines.join('\n')}\n`;
}

// From now on the page notes how long its loop stood still and how long each answer was.
const LISTEN = `
  const noted = (window.noted = { still: 0, longest: 0, octets: 0 });
  let last = performance.now();
  setInterval(() => {
    const now = performance.now();
    noted.still = Math.max(noted.still, now - last);
    last = now;
  }, 5);
  const before = window.fetch;
  window.fetch = async (...given) => {
    const answer = await before(...given);
    const { size } = await answer.clone().blob();
    noted.octets += size;
    noted.longest = Math.max(noted.longest, size);
    return answer;
  };
`;

// Scrolls through the grid and counts, two frames after each jump, places without a row.
const SCROLL = `
  const frame = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  return (async () => {
    const box = document.querySelector('[data-testid="grid-table"]');
    let blank = 0;
    for (let jump = 1; jump <= 40; jump += 1) {
      box.scrollTop = (((jump * 13) % 40) / 40) * box.scrollHeight;
      await frame();
      const { left, top, height } = box.getBoundingClientRect();
      if (!document.elementFromPoint(left + 60, top + height / 2)?.closest('[data-testid="grid-row"]')) blank += 1;
    }
    return [blank, document.querySelectorAll('[data-testid="grid-row"]').length, box.scrollHeight];
  })();
`;

describe('what is huge', () => {
  const folder = mkdtempSync(join(tmpdir(), 'lanside-huge-'));
  const file = join(folder, 'tree.tsv');
  writeFileSync(file, tree());
  after(() => rm(folder, { recursive: true, force: true }));

  const { window, step } = setting({
    gateways: [['--friendly-name', 'Huge gateway', '--tree', file]],
    paired: 1,
    pictures: 'huge',
  });

  /** What a step cost the page; the rest of the page must stay small for it. */
  async function cost(what) {
    const [noted, nodes] = await window.run(`
      const noted = { ...window.noted };
      Object.assign(window.noted, { still: 0, longest: 0, octets: 0 });
      return [noted, document.querySelectorAll('*').length];
    `);
    console.log(
      `${what}: the loop stood still for ${noted.still.toFixed(0)} ms at most, ` +
        `${noted.octets} octets came, ${noted.longest} at once, ${nodes} elements`,
    );
    assert.ok(noted.longest < ANSWER_OCTETS, `${noted.longest} octets in one answer while ${what}`);
    assert.ok(nodes < 5_000, `${nodes} elements after ${what}`);
    return noted;
  }

  step('a value of 12 MB is shown with its beginning and its length', async () => {
    await window.run(LISTEN);
    await walk(window, 'Device.DeviceInfo.');
    await window.find(row(DUMP), { timeout: 60_000 });
    let noted = await cost('opening its branch');
    assert.ok(noted.octets < 100_000, `${noted.octets} octets came for two rows`);
    await walk(window, DUMP);
    await window.reads(id('value-cut'), /8,192 of 12,000,000/, { timeout: 60_000 });
    noted = await cost('showing it');
    assert.ok(noted.octets < 30_000, `${noted.octets} octets came for the beginning`);
    const [inRow, inDetails, fields] = await window.run(`return [
      document.querySelector('${row(DUMP)}').textContent.length,
      document.querySelector('${id('value')}').textContent.length,
      document.querySelectorAll('${id('editor')} input, ${id('editor')} textarea').length,
    ];`);
    assert.ok(inRow < 1_000, `${inRow} characters in the row`);
    assert.equal(inDetails, 8_192);
    assert.equal(fields, 0, 'a beginning must not be saved as the whole');
    await looks(window, 'huge-value');
  });

  step('it is saved as a whole without passing the page', async () => {
    const to = join(folder, 'whole.txt');
    await window.click(id('value-save-begin'));
    await window.fill(id('value-save-file'), to);
    await looks(window, 'huge-save');
    await window.click(id('value-save'));
    await window.reads(id('value-saved'), to, { timeout: 60_000 });
    assert.equal(await readFile(to, 'utf8'), whole());
    const noted = await cost('saving it');
    assert.ok(noted.octets < 100_000, `${noted.octets} octets came`);
  });

  step('its name is found while its value is not drawn', async () => {
    await window.fill(id('search'), 'dump');
    await window.find(id('hit-row', `[data-path="${DUMP}"]`));
    await window.click(id('search-clear'));
    await cost('searching beside it');
  });

  step('10,000 rows open as a list', async () => {
    await walk(window, 'Device.Hosts.', 'Device.Hosts.Host.');
    await window.find(row('Device.Hosts.Host.1.'), { timeout: 60_000 });
    await cost('opening 10,000 rows');
  });

  step('and as a grid, of which only what is in sight exists', async () => {
    await window.click(id('open-grid'));
    await window.find(id('grid-row'), { timeout: 120_000 });
    await cost('opening the grid');
    const [blank, rows, height] = await window.run(SCROLL);
    assert.equal(blank, 0);
    assert.ok(rows < 120, `${rows} rows exist`);
    assert.ok(height > ROWS * 20, `the grid is only ${height} pixels high`);
    await cost('scrolling the grid');
    await looks(window, 'huge-grid');
  });

  step('what is in the last row is found', async () => {
    await window.click(id('grid-back'));
    await window.fill(id('search'), 'host-9999');
    await window.reads(id('search-count'), /^[\d,]+ match/, { timeout: 60_000 });
    await window.find(id('hit-row', '[data-path="Device.Hosts.Host.9999.HostName"]'));
    await cost('searching 20,000 values');
  });
});
