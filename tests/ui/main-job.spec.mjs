// The main job in the real window: find, pair by PIN, browse, edit, review, apply
// verified, restart, and the value is still there. Run under a display and D-Bus:
//   LANSIDE_APP_BIN=… LANSIDE_GATEWAY_BIN=… xvfb-run -a dbus-run-session -- node --test tests/ui/
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Key, poll } from './driver.mjs';
import { NAME, PIN, setting } from './setting.mjs';
import { freshState, id, keepPicture, openWindow, pairByPin, row, scrollTo, startGateway, walk } from './stage.mjs';

const SSID = 'Device.WiFi.SSID.1.SSID';
const CHANNEL = 'Device.WiFi.Radio.1.Channel';

describe('the main job in the window', () => {
  const { window, gateway, step } = setting({
    gateways: [['--friendly-name', NAME, '--reboot-seconds', '2', '--seed', '7']],
    env: () => ({ LANSIDE_DEMO_PIN: '1234-5670' }),
    pictures: '',
  });
  const ours = () => id('gateway-row', `[data-udn="${gateway.udn}"]`);

  step('finds the gateway and says that it needs pairing', async () => {
    await window.reads(ours(), NAME);
    await window.reads(ours(), 'Needs pairing');
    await window.click(ours());
    await window.reads(id('face-new'), `${NAME} needs pairing`);
  });

  step('judges a mistyped PIN before a try is spent', async () => {
    await window.click(id('start-pairing'));
    await window.fill(id('pin-input'), '1234 5671');
    await window.reads(id('pin-note'), 'The last digit does not fit');
    assert.equal(await window.attribute(id('pin-note'), 'data-verdict'), 'typing_error');
    assert.ok(await window.attribute(id('pair-submit'), 'disabled'));
    await window.reads(id('demo-pin'), '1234-5670');
    const words = await window.text(id('fingerprint-words'));
    assert.equal(words.trim().split(/\s+/).length, 6);
  });

  step('shows which step a wrong PIN failed at and one next act', async () => {
    await window.fill(id('pin-input'), '9999-9995');
    await window.click(id('pair-submit'));
    await window.reads(id('pairing-failure-what'), 'The PIN does not fit');
    assert.equal(await window.attribute(id('pairing-step-proving_first_half'), 'data-state'), 'failed');
    await window.reads(id('pairing-again'), 'Type the PIN again');
    await window.click(id('pairing-again'));
  });

  step('pairs with the PIN of the label in any spelling', async () => {
    await window.fill(id('pin-input'), ' 1234.5670 ');
    await window.click(id('pair-submit'));
    await window.reads(id('paired-text'), 'Admin');
    await window.click(id('pairing-done'));
    await window.reads(id('protection'), 'Protected connection');
    await window.reads(id('roles'), 'Admin');
    await window.reads(ours(), 'Paired');
  });

  step('browses to a parameter and tells what it is', async () => {
    await walk(window, 'Device.WiFi.', 'Device.WiFi.SSID.', 'Device.WiFi.SSID.1.', SSID);
    await window.reads(id('details-name'), 'SSID');
    await window.reads(id('path'), SSID);
    await window.reads(id('upnp-path'), '/BBF/WiFi/SSID/');
    await window.reads(id('facts'), '≤ 32 characters');
    assert.equal(await window.attribute(id('editor'), 'data-kind'), 'text');
  });

  step('locks what cannot be changed and says why', async () => {
    await scrollTo(window, 'Device.WiFi.SSID.1.Status');
    await window.find(`${row('Device.WiFi.SSID.1.Status')} ${id('access-lock')}`);
    await window.find(`${row(SSID)} ${id('access-pencil')}`);
    await window.click(row('Device.WiFi.SSID.1.Status'));
    await window.reads(id('locked-reason'), 'cannot be changed');
    await window.gone(id('editor-input'));
  });

  step('refuses a value out of range while it is typed', async () => {
    await walk(window, 'Device.WiFi.Radio.', 'Device.WiFi.Radio.1.', CHANNEL);
    await window.reads(id('details-name'), 'Channel');
    assert.equal(await window.attribute(id('editor'), 'data-kind'), 'number');
    await window.fill(id('editor-input'), '999');
    await window.reads(id('editor-input-note'), 'outside the allowed range');
    assert.ok(await window.attribute(id('stage'), 'disabled'));
    await window.press(id('editor-input'), Key.enter);
    assert.equal(await window.attribute(id('tray'), 'data-count'), '0');
    await window.press(id('editor-input'), Key.escape);
  });

  step('hides secrets and offers to replace them', async () => {
    await walk(window, 'Device.WiFi.AccessPoint.', 'Device.WiFi.AccessPoint.1.', 'Device.WiFi.AccessPoint.1.Security.');
    await window.fill(id('search'), 'accesspoint.1 keypassphrase');
    await window.reads(id('hit-row'), '••••••••');
    await window.click(id('hit-row'));
    await window.reads(id('details-name'), 'KeyPassphrase');
    assert.equal(await window.attribute(id('editor-input'), 'type'), 'password');
    assert.equal(await window.value(id('editor-input')), '');
  });

  step('leads from a search result back to its place in the tree', async () => {
    await window.fill(id('search'), 'ssid.1.ssid');
    await window.click(id('hit-row', `[data-path="${SSID}"]`));
    await window.click(id('show-in-tree'));
    await window.find(`${row(SSID)}[aria-selected="true"]`);
    assert.equal(await window.value(id('search')), '');
  });

  step('puts a change into the draft and sends nothing', async () => {
    await walk(window, SSID);
    await window.reads(id('details-name'), 'SSID');
    await window.fill(id('editor-input'), 'Attic');
    await window.press(id('editor-input'), Key.enter);
    await window.reads(id('tray-edit'), 'Attic');
    await window.reads(id('draft-badge'), '1');
    await window.reads(row(SSID), 'draft');
  });

  step('reviews old and new, applies, and marks it verified', async () => {
    await window.click(id('review'));
    await window.reads(id('review-line'), /changes from “.+” to “Attic”/);
    await window.reads(id('review-warning'), 'Wi-Fi');
    await window.click(id('apply'));
    await window.find(id('review-line', '[data-state="verified"]'));
    await window.reads(id('line-mark'), 'Verified');
    await window.click(id('review-done'));
    await window.find(id('tray-empty'));
    await window.reads(row(SSID), 'Attic');
  });

  step('restarts the gateway and follows it until it is back', async () => {
    await window.click(id('restart'));
    await window.click(id('restart-confirm'));
    await window.find(id('restart-step-gone', '[data-state="done"]'), { timeout: 30_000 });
    await window.reads(id('restart-result'), /It took \d/, { timeout: 60_000 });
    for (const phase of ['sent', 'gone', 'reachable', 'secured', 'verified']) {
      assert.equal(await window.attribute(id(`restart-step-${phase}`), 'data-state'), 'done', phase);
    }
    await window.click(id('restart-done'));
  });

  step('still has the value afterwards, read from the gateway', async () => {
    await window.click(id('read-again'));
    // The tree is read anew after a restart, and its rows may move meanwhile.
    await poll(
      async () => {
        await scrollTo(window, SSID);
        const [words] = await window.run(
          `return [document.querySelector(arguments[0])?.textContent ?? ''];`,
          row(SSID),
        );
        return words.includes('Attic');
      },
      { what: 'the row to read “Attic”' },
    );
    assert.equal(await window.value(id('editor-input')), 'Attic');
  });

  step('searches names and values and says how much was searched', async () => {
    await window.click(id('load-all'));
    await window.gone(id('load-cancel'), { timeout: 30_000 });
    await window.fill(id('search'), 'attic');
    await window.reads(id('search-count'), /\d+ match(es)?\. Searched ([\d,]+) of \2 parameters/);
    await window.find(id('hit-row', `[data-path="${SSID}"]`));
    await window.press(id('search'), Key.escape);
  });

  step('speaks German when asked', async () => {
    await window.click(id('open-settings'));
    const select = await window.find(id('language-select'));
    await window.keys(select, 'Deutsch');
    await window.reads(id('protection'), 'Geschützte Verbindung');
    await window.click(id('dialog-close'));
  });
});

describe('a window in trouble', () => {
  it('finds a gateway by its address when a search did not', async () => {
    const state = await freshState();
    const window = await openWindow(state.dir, { LANSIDE_INTERFACE: '127.0.0.9' });
    let gateway;
    try {
      // Other gateways may be on this machine's loopback; ours is not started yet.
      await window.find([id('face-nothing'), id('rail-failure'), id('gateway-row')].join(', '));
      gateway = await startGateway(['--friendly-name', NAME, '--pin', PIN]);
      await window.click(id('add-by-address'));
      await window.fill(id('add-address'), gateway.location);
      await window.click(id('add-submit'));
      await window.reads(id('gateway-row', `[data-udn="${gateway.udn}"]`), NAME);
    } finally {
      await window.close();
      await gateway?.stop();
      await state.remove();
    }
  });

  it('keeps the draft when the program ends, and says when the gateway is gone', async () => {
    const gateway = await startGateway(['--friendly-name', NAME, '--pin', PIN, '--seed', '9']);
    const state = await freshState();
    let window = await openWindow(state.dir);
    const ours = id('gateway-row', `[data-udn="${gateway.udn}"]`);
    try {
      await pairByPin(window, gateway.udn, PIN);
      await walk(window, 'Device.WiFi.', 'Device.WiFi.SSID.', 'Device.WiFi.SSID.1.', SSID);
      await window.fill(id('editor-input'), 'Cellar');
      await window.click(id('stage'));
      await window.find(id('tray-edit'));
      await window.close();

      window = await openWindow(state.dir);
      await window.click(ours);
      await window.reads(id('tray-edit'), 'Cellar');
      await window.close();

      await gateway.stop();
      window = await openWindow(state.dir, { LANSIDE_INTERFACE: '127.0.0.1' });
      await window.click(ours);
      await window.reads(id('face-silent'), `${NAME} does not answer`, { timeout: 30_000 });
      await window.find(id('silent-retry'));
    } finally {
      await window.close();
      await gateway.stop();
      await state.remove();
    }
  });

  it('stops at another certificate and offers one deliberate way on', async () => {
    const udn = ['--udn', '6d61726b-6574-4c61-8e73-696465000042'];
    let gateway = await startGateway(['--friendly-name', NAME, '--pin', PIN, ...udn]);
    const state = await freshState();
    let window = await openWindow(state.dir);
    const ours = id('gateway-row', `[data-udn="${gateway.udn}"]`);
    try {
      await pairByPin(window, gateway.udn, PIN);
      await window.close();
      await gateway.stop();

      // The same name at the same place, with a certificate of its own.
      gateway = await startGateway(['--friendly-name', NAME, '--pin', PIN, ...udn]);
      window = await openWindow(state.dir);
      await window.click(ours);
      await window.reads(id('face-changed'), `This is not the ${NAME} you trusted`);
      await window.find(id('fingerprint-old'));
      await window.run(`document.querySelector('[data-testid="face-changed"] details')?.setAttribute('open', '')`);
      const before = await window.text(id('fingerprint-old'));
      const now = await window.text(id('fingerprint-new'));
      assert.match(before, /^[0-9a-f ]{79}$/);
      assert.match(now, /^[0-9a-f ]{79}$/);
      assert.notEqual(before, now);
      await window.gone(id('node-row'));

      await keepPicture(window, 'changed-certificate');

      await window.gone(id('forget-and-pair'));
      await window.click(id('changed-decide-open'));
      await window.fill(id('changed-confirmation'), NAME.slice(0, -1));
      assert.ok(await window.attribute(id('forget-and-pair'), 'disabled'));
      await window.fill(id('changed-confirmation'), NAME);
      await window.click(id('forget-and-pair'));
      await window.fill(id('pin-input'), PIN);
      await window.click(id('pair-submit'));
      await window.click(id('pairing-done'));
      await window.find(id('node-row'));
    } finally {
      await window.close();
      await gateway.stop();
      await state.remove();
    }
  });

  it('names the role that is missing, logs in, and goes on where it stopped', async () => {
    const gateway = await startGateway([
      ...['--friendly-name', NAME, '--pin', PIN, '--seed', '11'],
      ...['--role-policy', 'basic', '--user', 'admin:sesame'],
    ]);
    const state = await freshState();
    const window = await openWindow(state.dir);
    try {
      await pairByPin(window, gateway.udn, PIN);
      await walk(window, 'Device.WiFi.', 'Device.WiFi.SSID.', 'Device.WiFi.SSID.1.', SSID);
      await window.fill(id('editor-input'), 'Attic');
      await window.click(id('stage'));
      await window.click(id('review'));
      await window.click(id('apply'));
      await window.reads(id('review-failure-what'), `${NAME} does not allow this`);
      await window.reads(id('review-failure-why'), /You hold (the roles )?Basic/);
      await window.find(id('review-line', '[data-state="refused"]'));

      await window.click(id('review-failure-login'));
      await window.fill(id('login-name'), 'admin');
      await window.fill(id('login-password'), 'wrong');
      await window.click(id('login-submit'));
      await window.reads(id('login-wrong'), 'Name or password is wrong');
      await window.fill(id('login-password'), 'sesame');
      await window.click(id('login-submit'));
      await window.gone(id('login-dialog'));
      await window.click(id('apply'));
      await window.find(id('review-line', '[data-state="verified"]'));
      await window.click(id('review-done'));
      await window.reads(id('roles'), 'Admin');
    } finally {
      await window.close();
      await gateway.stop();
      await state.remove();
    }
  });
});
