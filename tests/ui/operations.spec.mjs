// How a gateway is, where it is broken, what it can test and what it logs, in the real window.
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import { freshState, id, journey, keepPicture, openWindow, pairByPin, startGateway } from './stage.mjs';

const NAME = 'Hallway gateway';
const PIN = '12345670';

describe('status, faults, tests and logs in the window', () => {
  let gateway;
  let state;
  let window;

  before(async () => {
    gateway = await startGateway(['--friendly-name', NAME, '--pin', PIN, '--seed', '7', '--failure', 'ppp-refused']);
    state = await freshState();
    window = await openWindow(state.dir);
    await pairByPin(window, gateway.udn, PIN);
  });

  after(async () => {
    await window?.close();
    await gateway?.stop();
    await state?.remove();
  });

  afterEach(async (context) => {
    if (window) await keepPicture(window, `operations-${context.name.replaceAll(' ', '-')}`);
  });

  const step = journey(it);
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
