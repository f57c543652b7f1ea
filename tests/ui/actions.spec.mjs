// The Actions view in the real window: the list from the SCPDs, a call, its answer.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe } from 'node:test';
import { startPlainDevice } from './plain-device.mjs';
import { Key } from './driver.mjs';
import { NAME, setting } from './setting.mjs';
import { id, keepPicture } from './stage.mjs';

const action = (name) => id('action-row', `[data-action="${name}"]`);

describe('any action from the window', () => {
  const { window, gateway, step } = setting({
    gateways: [['--friendly-name', NAME, '--reboot-seconds', '2', '--seed', '7']],
    paired: 1,
    pictures: 'actions',
  });

  step('lists what the gateway describes', async () => {
    await window.click(id('area-actions'));
    await window.find(action('GetDeviceStatus'));
    await window.find(action('GetSupportedDataModels'));
    await window.reads(id('actions-count'), /^\d+ actions$/);
    await window.reads(id('actions-hint'), 'Nothing is sent before you press Call');
    await window.gone(id('details'));
  });

  step('finds an action by its name', async () => {
    await window.fill(id('actions-search'), 'device status');
    await window.reads(id('actions-count'), /^1 of \d+ actions$/);
    await window.press(id('actions-search'), Key.escape);
  });

  step('calls what only reads and shows the answer', async () => {
    await window.click(action('GetDeviceStatus'));
    await window.reads(id('call-name'), 'GetDeviceStatus');
    await window.click(id('call'));
    await window.reads(id('out-DeviceStatus'), 'OK');
    await window.reads(id('history-row'), 'GetDeviceStatus');
  });

  step('lays out a document of the answer', async () => {
    await window.click(action('GetSupportedDataModels'));
    await window.click(id('call'));
    await window.reads(id('out-SupportedDataModels'), '<Location>');
  });

  step('says in plain words why a call is refused', async () => {
    await window.click(action('GetValues'));
    await window.fill(id('argument-Parameters'), 'no document');
    await window.click(id('call'));
    await window.find(id('call-failure-what'));
    await window.reads(id('call-fault'), /^Fault \d+: /);
  });

  step('checks an argument against the SCPD before anything is sent', async () => {
    await window.click(action('Ping'));
    await window.fill(id('argument-NumberOfRepetitions'), 'many');
    await window.reads(id('argument-NumberOfRepetitions-note'), 'Type a whole number');
  });

  step('asks once more before an action that changes something', async () => {
    await window.click(action('Reboot'));
    await window.click(id('call'));
    await window.reads(id('confirm-call'), `Call Reboot on ${NAME}?`);
    await keepPicture(window, 'actions-confirm');
    await window.click(id('confirm-cancel'));
    await window.gone(id('confirm-call'));
  });

  step('writes a call as curl without key material, and as a command', async () => {
    await window.click(action('GetDeviceStatus'));
    await window.click(id('copy-curl'));
    await window.reads(id('written-line'), 'SOAPACTION');
    await window.reads(id('written-line'), '--cert certificate.pem --key key.pem --cacert gateway.pem');
    const line = await window.text(id('written-line'));
    assert.doesNotMatch(line, /BEGIN|PRIVATE/);
    await window.reads(id('written-copied'), 'Copied');
    await keepPicture(window, 'actions-curl');
    await window.click(id('copy-cli'));
    await window.reads(id('written-line'), `lanside call ${gateway.udn} BasicManagement GetDeviceStatus`);
  });

  step('brings an earlier call back', async () => {
    await window.click(id('history-row', ':nth-of-type(1)'));
    await window.reads(id('call-name'), /\w/);
    await window.find(id('call-result'));
  });

  step('fits a narrow and a dark window', async () => {
    await window.click(action('GetSupportedDataModels'));
    await window.click(id('call'));
    await window.reads(id('out-SupportedDataModels'), '<Location>');
    await window.resize(900, 700);
    await keepPicture(window, 'actions-narrow');
    const spill = await window.run('return document.documentElement.scrollWidth - document.documentElement.clientWidth');
    assert.equal(spill, 0);
    await window.run(`document.documentElement.dataset.theme = 'dark'`);
    await window.click(action('Ping'));
    await window.reads(id('call-name'), 'Ping');
    await keepPicture(window, 'actions-dark');
    await window.click(id('area-settings'));
    await window.find(id('node-row'));
  });
});

describe('any action without pairing', () => {
  const { window, gateway, step } = setting({ gateways: [['--friendly-name', NAME, '--seed', '7']] });

  step('answers what the public may call', async () => {
    await window.click(id('gateway-row', `[data-udn="${gateway.udn}"]`));
    await window.click(id('open-unpaired'));
    await window.click(id('area-actions'));
    await window.click(action('GetSupportedDataModels'));
    await window.click(id('call'));
    await window.reads(id('out-SupportedDataModels'), '<Location>');
  });

  step('names the role a call needs and the way to it', async () => {
    await window.click(action('Reboot'));
    await window.click(id('call'));
    await window.click(id('confirm-yes'));
    await window.reads(id('call-fault'), 'Fault 606: The roles you hold do not allow it');
    await window.find(id('call-failure-pair'));
    await keepPicture(window, 'actions-refused-role');
  });

  step('copies a curl command that a shell carries out', async (context) => {
    const shell = (line) => spawnSync('sh', ['-c', line], { encoding: 'utf8' });
    if (shell('command -v curl').status !== 0) return context.skip('curl is not on this machine');
    await window.click(action('GetSupportedDataModels'));
    await window.click(id('copy-curl'));
    await window.reads(id('written-line'), 'GetSupportedDataModels');
    const line = await window.run('return document.querySelector(arguments[0]).textContent', id('written-line'));
    const answer = shell(line);
    assert.equal(answer.status, 0, answer.stderr);
    assert.match(answer.stdout, /GetSupportedDataModelsResponse/);
  });
});

describe('a device without settings to manage', () => {
  const { window, gateway: device, step } = setting({ device: startPlainDevice });

  step('shows its actions with a form from the SCPD', async () => {
    await window.click(id('add-by-address'));
    await window.fill(id('add-address'), device.location);
    await window.press(id('add-address'), Key.enter);
    await window.click(id('gateway-row', `[data-udn="${device.udn}"]`));
    await window.reads(id('face-unmanaged'), 'cannot be managed here');
    await keepPicture(window, 'actions-unmanaged-face');
    await window.click(id('show-actions'));
    await window.click(action('SetVolume'));
    assert.equal(await window.attribute(id('argument', '[data-name="Channel"]'), 'data-kind'), 'choice');
    assert.equal(await window.attribute(id('argument', '[data-name="DesiredVolume"]'), 'data-kind'), 'number');
    await window.reads(id('argument-DesiredVolume-note'), 'Allowed: 0 – 100');
  });

  step('sends what was typed after it was confirmed, quoted as XML', async () => {
    await window.fill(id('argument-DesiredVolume'), '30');
    await window.fill(id('argument-Note'), `it's <b> & "c"`);
    await window.click(id('call'));
    await window.click(id('confirm-yes'));
    await window.reads(id('call-no-out'), 'sent no values');
    assert.equal(device.calls.length, 1);
    assert.match(device.calls[0], /<DesiredVolume>30<\/DesiredVolume>/);
    assert.match(device.calls[0], /<Note>it.{1,6}s &lt;b(>|&gt;) &amp; /);
    await keepPicture(window, 'actions-unmanaged');
  });

  step('keeps a password out of what is copied', async () => {
    await window.click(action('SetLogin'));
    await window.fill(id('argument-Password'), 'swordfish');
    await window.click(id('copy-cli'));
    await window.reads(id('written-line'), 'Password="${LANSIDE_SECRET_1:?}"');
    await window.reads(id('written-secrets'), 'LANSIDE_SECRET_1');
    assert.doesNotMatch(await window.text('body'), /swordfish/);
    await keepPicture(window, 'actions-secret');
    assert.equal(device.calls.length, 1);
  });
});
