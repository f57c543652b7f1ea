// What a change does to the way to the gateway: foretold in the review, hunted for afterwards,
// taken back. The simulated gateway really moves and really cuts off.
import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { NAME, setting } from './setting.mjs';
import { id, keepPicture, walk } from './stage.mjs';

const ADDRESS = 'Device.IP.Interface.2.IPv4Address.1.IPAddress';

describe('a change that touches the way to the gateway', () => {
  const { window, step } = setting({ gateways: [['--friendly-name', NAME, '--seed', '5', '--visitor', 'pc-bruno']], paired: 1, pictures: 'change' });

  step('is foretold with the address it will have', async () => {
    await walk(window, 'Device.IP.', 'Device.IP.Interface.', 'Device.IP.Interface.2.');
    await walk(window, 'Device.IP.Interface.2.IPv4Address.', 'Device.IP.Interface.2.IPv4Address.1.', ADDRESS);
    await window.reads(id('details-name'), 'IPAddress');
    await window.fill(id('editor-input'), '127.0.0.77');
    await window.click(id('stage'));
    await window.click(id('review'));
    await window.reads(id('forecast-sentence'), `${NAME} moves. Lanside follows it to 127.0.0.77.`);
  });

  step('is followed to its new address', async () => {
    await window.click(id('apply'));
    await window.reads(id('review-dialog'), `${NAME} answers at 127.0.0.77`, { timeout: 60_000 });
  });

  step('has its way back, reviewed like any other change', async () => {
    await window.click(id('hunt-take-back'));
    await window.reads(id('review-line'), '“127.0.0.77” to “127.0.0.1”');
    await window.reads(id('forecast-sentence'), 'Lanside follows it to 127.0.0.1.');
    await window.click(id('apply'));
    await window.reads(id('review-dialog'), `${NAME} answers at 127.0.0.1`, { timeout: 60_000 });
    await window.click(id('review-done'));
    await window.find(id('tray-empty'));
  });

  step('is not sent before the person accepts to be cut off', async () => {
    const port = 'Device.Ethernet.Interface.1.Enable';
    await walk(window, 'Device.Ethernet.', 'Device.Ethernet.Interface.', 'Device.Ethernet.Interface.1.', port);
    await window.reads(id('details-name'), 'Enable');
    await window.click(id('editor-switch'));
    await window.click(id('review'));
    await window.reads(id('forecast-sentence'), `This cuts this computer off from ${NAME}.`);
    await window.reads(id('forecast-effect'), 'The port you are plugged into is switched off.');
    assert.ok(await window.attribute(id('apply'), 'disabled'));
    await keepPicture(window, 'change-before-being-cut-off');
    await window.click(id('forecast-accept'));
  });

  step('is said to be lost when it does not turn up', async () => {
    await window.click(id('apply'));
    await window.find(id('hunt-lost'), { timeout: 90_000 });
    await window.reads(id('review-dialog'), `${NAME} does not answer any more`);
    await window.find(id('hunt-again'));
    await window.click(id('review-done'));
  });
});
