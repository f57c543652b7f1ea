// What a desktop expects of a program: one window, where it was left, reached by links, and
// telling what ended while nobody looked.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { after, before, describe, it } from 'node:test';
import { poll } from './driver.mjs';
import { freshState, id, journey, openWindow, pairByPin, row, startAgain, startGateway } from './stage.mjs';

const PIN = '12345670';
const SSID = 'Device.WiFi.SSID.1.SSID';

/** What is sent to the service of notifications, whether there is one or not. */
function listenForNotifications() {
  const child = spawn('dbus-monitor', ['--session', "interface='org.freedesktop.Notifications'"], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let heard = '';
  child.stdout.on('data', (data) => (heard += data));
  return {
    ready: () => poll(async () => heard !== '', { what: 'the monitor of D-Bus' }),
    heard: () => heard,
    stop: () => child.kill(),
  };
}

describe('on the desktop', () => {
  let gateway;
  let state;
  let window;
  let monitor;
  let other;
  let otherWindow;

  before(async () => {
    monitor = listenForNotifications();
    gateway = await startGateway(['--friendly-name', 'Hallway gateway', '--pin', PIN]);
    state = await freshState();
    window = await openWindow(state.dir);
    await pairByPin(window, gateway.udn, PIN);
  });

  after(async () => {
    monitor?.stop();
    await window?.close();
    await otherWindow?.close();
    await gateway?.stop();
    await state?.remove();
    await other?.remove();
  });

  const step = journey(it);

  step('a second start ends, and its link is followed in the window that is there', async () => {
    assert.equal(await startAgain(state.dir, `lanside://gateway/${gateway.udn}/${SSID}`), 0);
    await window.find(row(SSID, '[aria-selected="true"]'));
    assert.equal(await startAgain(state.dir), 0);
  });

  step('a link to a gateway nobody knows asks, and one that is broken says so', async () => {
    assert.equal(await startAgain(state.dir, 'lanside://gateway/uuid:77'), 0);
    await window.reads(id('link-text'), 'uuid:77');
    await window.click(id('dialog-close'));
    await window.gone(id('link-dialog'));
    assert.equal(await startAgain(state.dir, 'lanside://gateway/%00'), 0);
    await window.reads(id('link-text'), 'does not name a gateway');
    await window.click(id('link-close'));
    await window.gone(id('link-dialog'));
  });

  step('what ends in the background is told by the system, without a service as well', async () => {
    await monitor.ready();
    // Another window comes to the front, as a second start of its program brings it there.
    other = await freshState();
    otherWindow = await openWindow(other.dir);
    await otherWindow.find(id('tool-report'));
    assert.equal(await startAgain(other.dir), 0);
    await window.click(id('restart'));
    await window.click(id('restart-confirm'));
    await window.find(id('restart-done'), { timeout: 60_000 });
    await poll(async () => monitor.heard().includes('It restarted and answers again.'), { what: 'the notification' });
    assert.ok(monitor.heard().includes('member=Notify'));
    await otherWindow.close();
    otherWindow = null;
    assert.equal(await startAgain(state.dir), 0);
    await window.click(id('restart-done'));
  });

  step('it is as large the next time as it was left', async () => {
    await window.resize(1000, 700);
    const size = () => window.run('return [innerWidth, innerHeight];');
    await poll(async () => (await size()).join() === '1000,700', { what: 'the window to be smaller' });
    await poll(async () => (await keptSize(state.dir)).join() === '1000,700', { what: 'the size to be kept' });
    await window.close();
    window = await openWindow(state.dir);
    await window.find(id('gateway-row'));
    assert.deepEqual(await size(), [1000, 700]);
  });

  step('a link it is started with is followed once its gateway is known', async () => {
    await window.close();
    window = await openWindow(state.dir, {}, [`lanside://gateway/${gateway.udn}/${SSID}`]);
    await window.find(row(SSID, '[aria-selected="true"]'));
  });
});

async function keptSize(dir) {
  const text = await readFile(`${dir}/window.json`, 'utf8').catch(() => '{}');
  const { width, height } = JSON.parse(text);
  return [width, height];
}
