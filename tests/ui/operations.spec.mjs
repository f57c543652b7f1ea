// How a gateway is, where it is broken, what it can test and what it logs, in the real window.
import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { NAME, PIN, setting } from './setting.mjs';
import { id, keepPicture } from './stage.mjs';

describe('status, faults, tests and logs in the window', () => {
  const { window, step } = setting({
    gateways: [['--friendly-name', NAME, '--seed', '7', '--failure', 'ppp-refused']],
    paired: 1,
    pictures: 'operations',
  });
  const fits = async () =>
    assert.equal(await window.run('return document.documentElement.scrollWidth - document.documentElement.clientWidth'), 0);

  step('has the status on one page', async () => {
    await window.click(id('area-status'));
    await window.reads(id('status-verdict'), 'The internet is down: Login at the provider refused');
    await window.reads(id('status-line-0'), '↓ 250 Mbit/s');
    await window.reads(id('status-identity'), 'LS0020315475');
    await window.reads(id('status-hosts'), '13 there, 16 known');
    await window.reads(id('status-wifi'), 'Gäste im Hafen');
  });

  step('shows the text for a ticket without anything of anybody', async () => {
    await window.click(id('status-ticket', ' summary'));
    const text = await window.text(id('status-ticket-text'));
    assert.match(text, /^Gateway: Lanside Werkstatt Hafenbox 7/);
    assert.match(text, /Broken \(internet\): PPP refused name or password/);
    for (const secret of ['LS0020315475', 'laptop-anna', '192.168.1.21', '198.51.100.1', 'Gäste']) {
      assert.ok(!text.includes(secret), secret);
    }
    await window.click(id('status-copy'));
    await window.reads(id('status-copy'), 'Copied');
  });

  step('leads to the lowest broken rung', async () => {
    await window.click(id('status-where'));
    await window.find(id('rung', '[data-layer="ppp"][data-state="broken"]') + ' ' + id('ladder-lowest'));
    await window.find(id('rung', '[data-layer="line"][data-state="holds"]'));
    await window.find(id('rung', '[data-layer="dns"][data-state="waits"]'));
    await window.reads(id('ladder-internet'), 'ERROR_AUTHENTICATION_FAILURE');
    await window.reads(id('next-step'), 'Device.PPP.Interface.1.Username');
  });

  step('shows the setting that is most likely wrong', async () => {
    await window.click(id('next-show'));
    await window.reads(id('details'), 'Device.PPP.Interface.1.Username');
  });

  step('lists what the gateway can test and runs one to its result', async () => {
    await window.click(id('area-tests'));
    await window.find(id('test-kind', '[data-kind="neighbours"]'));
    await window.fill(id('test-target'), 'example.net');
    await window.click(id('test-run'));
    await window.find(id('test-result', '[data-kind="ping"]'));
    await window.reads(id('test-verdict'), 'passed');
    await window.reads(id('test-times-words'), 'mean');
    await window.reads(id('test-past'), 'Ping example.net');
  });

  step('draws the hops of a route', async () => {
    await window.click(id('test-kind', '[data-kind="traceroute"]'));
    await window.fill(id('test-target'), 'example.net');
    await window.click(id('test-run'));
    await window.reads(id('test-hops'), '198.51.100.9');
    await window.reads(id('test-hops'), 'does not answer');
  });

  step('draws the channels the networks around are on', async () => {
    await window.click(id('test-kind', '[data-kind="neighbours"]'));
    await window.click(id('test-run'));
    await window.reads(id('test-networks'), 'Nachbar-2OG');
    assert.equal((await window.all(id('test-channels'))).length, 2);
  });

  step('stops a test at the gateway', async () => {
    await window.click(id('test-kind', '[data-kind="ping"]'));
    await window.fill(id('test-target'), 'example.net');
    await window.click(id('test-more', ' summary'));
    await window.fill(id('test-repetitions'), '100');
    await window.click(id('test-run'));
    await window.find(id('test-step-in_progress', '[data-state="active"]'));
    await keepPicture(window, 'operations-test-runs');
    await window.click(id('test-stop'));
    await window.reads(id('test-verdict'), 'stopped');
  });

  step('reads a log, searches it and filters by level', async () => {
    await window.click(id('area-logs'));
    await window.click(id('log-read'));
    await window.find(id('log-line'));
    await window.reads(id('log-count'), /^\d+ lines?$/);
    await window.fill(id('log-search'), 'nothing has these words');
    await window.find(id('log-empty'));
    await window.fill(id('log-search'), ' ');
    await window.find(id('log-line'));
  });

  step('fits a narrow and a dark window', async () => {
    await window.click(id('area-ladder'));
    await window.find(id('ladder-lowest'));
    await window.resize(900, 700);
    await keepPicture(window, 'operations-ladder-narrow');
    await fits();
    await window.click(id('area-status'));
    await window.find(id('status-verdict'));
    await keepPicture(window, 'operations-status-narrow');
    await fits();
    await window.run(`document.documentElement.dataset.theme = 'dark'`);
    await keepPicture(window, 'operations-status-dark');
    await window.click(id('area-ladder'));
    await window.find(id('ladder-lowest'));
    await keepPicture(window, 'operations-ladder-dark');
    await window.click(id('area-tests'));
    await window.click(id('test-kind', '[data-kind="neighbours"]'));
    await window.click(id('test-run'));
    await window.find(id('test-networks'));
    await keepPicture(window, 'operations-tests-dark');
    await fits();
    await window.click(id('area-logs'));
    await window.find(id('log-line'));
    await keepPicture(window, 'operations-logs-dark');
    await fits();
  });
});

describe('measures, software and a factory reset in the window', () => {
  const quirks = ['software-management', 'bandwidth-test'].flatMap((quirk) => ['--quirk', quirk]);
  const { window, step } = setting({
    gateways: [['--friendly-name', NAME, '--seed', '7', '--reboot-seconds', '2', ...quirks]],
    paired: 1,
    pictures: 'operations',
  });
  const dark = (on) => window.run(`document.documentElement.dataset.theme = arguments[0]`, on ? 'dark' : 'light');
  const inBoth = async (name) => {
    await dark(true);
    await keepPicture(window, `operations-${name}-dark`);
    await dark(false);
    await keepPicture(window, `operations-${name}-light`);
    assert.equal(await window.run('return document.documentElement.scrollWidth - document.documentElement.clientWidth'), 0);
  };

  step('shows which firmware it runs', async () => {
    await window.reads(id('gateway-firmware'), /^Firmware \d/);
  });

  step('draws the tones of the line, holds them and reads again', async () => {
    await window.click(id('area-measure'));
    await window.find(id('tones-chart', '[data-chart]'));
    assert.ok((await window.all(id('tones-chart'))).length >= 4, 'signal, noise, attenuation, bits');
    await window.click(id('tones-hold'));
    await window.click(id('tones-read'));
    await window.find(id('tones-held'));
    await inBoth('tones');
  });

  step('shows how crowded the channels are', async () => {
    await window.click(id('measure-channels'));
    await window.click(id('channels-look'));
    await window.click(id('test-run'));
    await window.find(id('test-networks'));
    await window.click(id('area-measure'));
    await window.click(id('measure-channels'));
    await window.find(id('channels-band', '[data-band="2.4GHz"]'));
    // What was just found is drawn without being asked for.
    await window.reads(id('channels-when'), 'last looked around on');
    await inBoth('channels');
  });

  step('follows the traffic', async () => {
    await window.click(id('measure-traffic'));
    await window.find(id('traffic-row'));
    // A curve needs some readings.
    await window.reads(id('traffic-count'), /^(?:[6-9]|\d\d)/);
    await window.reads(id('traffic-received'), /bit\/s/);
    await inBoth('traffic');
    await window.resize(900, 700);
    await inBoth('traffic-narrow');
    await window.resize(1280, 800);
  });

  step('measures a bandwidth as its maker describes it', async () => {
    await window.click(id('area-tests'));
    await window.click(id('test-kind', '[data-kind="bandwidth"]'));
    await window.click(id('test-bandwidth', ' summary'));
    await window.reads(id('test-bandwidth-info'), 'DefaultURL');
    await window.click(id('test-run'));
    await window.find(id('test-result', '[data-kind="bandwidth"]'));
    await window.reads(id('test-result'), 'KilobitsPerSecond');
  });

  step('installs software and shows that it is there', async () => {
    await window.click(id('area-software'));
    await window.reads(id('software-firmware'), /^Firmware \d/);
    const before = (await window.all(id('software-unit'))).length;
    await window.click(id('software-install'));
    await window.fill(id('software-url'), 'http://packages.example.net/guest-portal-1.2.pkg');
    await keepPicture(window, 'operations-software-form');
    await window.click(id('software-send'));
    await window.find(id('software-running'));
    await window.find(id('software-done'));
    assert.equal((await window.all(id('software-unit'))).length, before + 1);
    await inBoth('software');
  });

  step('resets only when its name was typed, and saves its settings first', async () => {
    await window.click(id('restart'));
    await window.click(id('restart-reset'));
    await window.find(id('reset-lost'));
    assert.notEqual(await window.attribute(id('reset-confirm'), 'disabled'), null);
    await window.fill(id('reset-name'), 'Some other gateway');
    assert.notEqual(await window.attribute(id('reset-confirm'), 'disabled'), null);
    await window.fill(id('reset-name'), NAME);
    await inBoth('reset-asks');
    await window.click(id('reset-confirm'));
    await window.find(id('reset-step-sent', '[data-state="done"]'));
    await keepPicture(window, 'operations-reset-runs');
    await window.reads(id('reset-end'), 'does not know this computer any more');
    await window.find(id('reset-step-reachable', '[data-state="done"]'));
    await window.find(id('reset-step-secured', '[data-state="done"]'));
    await window.find(id('reset-snapshot'));
    await inBoth('reset-ended');
  });

  step('pairs again and gets its settings back as a draft', async () => {
    await window.click(id('reset-pair'));
    await window.fill(id('pin-input'), PIN);
    await window.click(id('pair-submit'));
    await window.click(id('pairing-done'));
    await window.click(id('restore-offer-yes'));
    await window.gone(id('restore-offer'));
  });
});

describe('a reset that changes who the gateway is', () => {
  const { window, gateway, step } = setting({
    gateways: [['--friendly-name', NAME, '--model', 'minimal', '--reboot-seconds', '1', '--quirk', 'new-udn-on-reset']],
    paired: 1,
  });

  step('is told, and leads to pairing with the one that answers now', async () => {
    await window.click(id('restart'));
    await window.click(id('restart-reset'));
    await window.fill(id('reset-name'), NAME);
    await window.click(id('reset-confirm'));
    await window.reads(id('reset-end'), 'new identifier');
    await window.reads(id('reset-successor'), 'probably Hallway gateway, set back');
    await keepPicture(window, 'operations-reset-successor');
    await window.run(`document.documentElement.dataset.theme = 'dark'`);
    await keepPicture(window, 'operations-reset-successor-dark');
    await window.click(id('reset-pair'));
    await window.fill(id('pin-input'), PIN);
    await window.click(id('pair-submit'));
    await window.click(id('pairing-done'));
    // It is another gateway to this program: the old one stays in the list.
    await window.find(id('gateway-row', `[data-udn="${gateway.udn}"][data-state="silent"]`));
    await window.reads(id('gateway-name'), NAME);
  });
});
