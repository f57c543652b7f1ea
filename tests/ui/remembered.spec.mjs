// A gateway as it was at the last visit: kept while the program runs, shown and searched after a
// kill while the gateway is away, and known again when it answers.
import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import { readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe } from 'node:test';
import { poll } from './driver.mjs';
import { looks, setting } from './setting.mjs';
import { id, row, scrollTo, walk } from './stage.mjs';

const HOST = 'Device.Hosts.Host.1.HostName';

/** Whether words stand in what the program has written so far. */
async function isKept(dir, words) {
  const names = (await readdir(dir)).filter((name) => name.startsWith('lanside.sqlite'));
  const files = await Promise.all(names.map((name) => readFile(join(dir, name)).catch(() => Buffer.alloc(0))));
  return files.some((file) => file.includes(words));
}

describe('a gateway as it was', () => {
  // It has to be the same one when it comes back.
  const place = mkdtempSync(join(tmpdir(), 'lanside-gateway-'));
  after(() => rm(place, { recursive: true, force: true }));
  const { window, state, gateway, step, reopen } = setting({
    gateways: [['--friendly-name', 'Attic gateway', '--state-dir', place]],
    paired: 1,
    pictures: 'remembered',
  });

  step('what is read is kept while the program runs', async () => {
    await walk(window, 'Device.DeviceInfo.', 'Device.DeviceInfo.ModelName');
    await window.reads(id('details-name'), 'ModelName');
    await window.click(id('load-all'));
    await window.gone(id('load-cancel'), { timeout: 60_000 });
    await window.reads(id('loaded'), /^([\d,]+) of \1 parameters/, { timeout: 60_000 });
    await poll(() => isKept(state.dir, '"HostName"'), { timeout: 60_000, what: 'the tree to be kept' });
  });

  step('after a kill, and with the gateway gone, it is shown as it was', async () => {
    await window.kill();
    await gateway.stop();
    await reopen();
    await window.click(id('gateway-row', `[data-udn="${gateway.udn}"]`));
    await window.find(row('Device.', '.remembered'));
    await window.find(id('face-silent'), { timeout: 60_000 });
    const year = String(new Date().getFullYear());
    await window.reads(id('remembered'), year);
    await scrollTo(window, 'Device.DeviceInfo.');
    await window.click(row('Device.DeviceInfo.'));
    await scrollTo(window, 'Device.DeviceInfo.ModelName');
    await window.find(row('Device.DeviceInfo.ModelName', '.remembered'));
    await looks(window, 'remembered-away');
  });

  step('it can be searched, and nothing can be changed', async () => {
    await window.fill(id('search'), 'host hostname 1');
    await window.find(id('hit-row', '.remembered'));
    await window.find(id('hit-row', `[data-path="${HOST}"]`));
    await window.reads(id('search-count'), 'how it was');
    await window.click(id('hit-row', `[data-path="${HOST}"]`));
    assert.equal((await window.all(id('editor'))).length, 0);
    await looks(window, 'remembered-search');
  });

  step('when the gateway answers, what was found is its own again', async () => {
    // Nobody has to ask: it announces itself.
    await gateway.again();
    await window.find(id('gateway-name'), { timeout: 60_000 });
    // The box and the choice are as they were; the details are the gateway's.
    assert.equal(await window.value(id('search')), 'host hostname 1');
    await window.reads(id('details-name'), 'HostName');
    await window.find(id('editor'));
    await looks(window, 'remembered-mixed');
    await window.click(id('search-clear'));
    await window.find(row('Device.'));
    await window.gone(`${id('node-row')}.remembered`);
  });
});
