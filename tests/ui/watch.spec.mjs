// Values over time in the real window: they go on by themselves, a gateway that goes away leaves a
// gap, and nothing is invented across it. Then what the gateway fulfils of the profiles.
import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe } from 'node:test';
import { freePort, poll } from './driver.mjs';
import { looks, setting } from './setting.mjs';
import { id, walk } from './stage.mjs';

const UPTIME = 'Device.DeviceInfo.UpTime';
const of = (path, part) => `${id('watched', `[data-path="${path}"]`)} ${id(part)}`;
const [http, https] = [String(await freePort()), String(await freePort())];

describe('values over time', () => {
  // It has to be the same one, at the same place, when it comes back.
  const place = mkdtempSync(join(tmpdir(), 'lanside-gateway-'));
  after(() => rm(place, { recursive: true, force: true }));
  const { window, gateway, step } = setting({
    gateways: [['--friendly-name', 'Hallway gateway', '--state-dir', place, '--http-port', http, '--https-port', https]],
    paired: 1,
    pictures: 'watch',
  });

  /** How many pieces the line of a chart is in. */
  const pieces = () =>
    window.run(`return document.querySelectorAll(arguments[0]).length;`, `${of(UPTIME, 'watched-chart')} path, ${of(UPTIME, 'watched-chart')} polyline`);

  step('go on by themselves', async () => {
    await walk(window, 'Device.DeviceInfo.', UPTIME);
    await window.click(id('watch-toggle'));
    await walk(window, 'Device.DeviceInfo.SoftwareVersion');
    await window.click(id('watch-toggle'));
    await window.click(id('area-watch'));
    await window.press(id('watch-every'), '1');
    await window.reads(of(UPTIME, 'watched-delta'), /\+\d/, { timeout: 60_000 });
    await window.find(of(UPTIME, 'watched-chart'));
  });

  step('stop with the gateway, which is said', async () => {
    await gateway.stop();
    await window.find(id('watch-silent'), { timeout: 60_000 });
    await looks(window, 'watch-silent');
  });

  step('and go on behind a gap', async () => {
    const before = await pieces();
    await gateway.again();
    await window.gone(id('watch-silent'), { timeout: 60_000 });
    await poll(async () => (await pieces()) > before, { timeout: 60_000, what: 'a piece of line behind the gap' });
    await looks(window, 'watch-gap');
  });

  step('the profiles say what is fulfilled and what is missing', async () => {
    await window.click(id('area-profiles'));
    await window.find(id('profile'), { timeout: 60_000 });
    assert.match(await window.text(id('profiles-count')), /\d/);
    await looks(window, 'profiles');
  });
});
