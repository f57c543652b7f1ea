// Every screen of trouble around a gateway: links that lead nowhere, pairing that does not go through,
// and gateways that changed or are gone. With the keys alone, in every size and colour.
import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { freePort, Key, poll } from './driver.mjs';
import { startPlainDevice } from './plain-device.mjs';
import { eyes } from './screen.mjs';
import { keyboard, NAME, PIN, setting } from './setting.mjs';
import { id, row, startAgain } from './stage.mjs';

const SSID = 'Device.WiFi.SSID.1.SSID';
const [http, https] = [String(await freePort()), String(await freePort())];

describe('every link, and a gateway that is gone', () => {
  const { window, state, gateway, step } = setting({
    gateways: [['--friendly-name', NAME, '--seed', '7']],
    paired: 1,
  });
  const { type, tabTo } = keyboard(window);
  const { screen, dialog } = eyes(window);
  const follow = async (link) => assert.equal(await startAgain(state.dir, link), 0);

  step('a link shows its setting', async () => {
    await follow(`lanside://gateway/${gateway.udn}/${SSID}`);
    await window.find(row(SSID, '[aria-selected="true"]'));
    await screen('trouble-link', 'tree');
  });

  step('a link to a gateway nobody knows asks', async () => {
    await dialog('trouble-link-unknown', () => follow('lanside://gateway/uuid:77'), {
      dialog: 'link-dialog',
      async inside() {
        await tabTo('link-search');
        await type(Key.enter);
        await window.find(id('link-search', ':not([aria-busy="true"])'));
      },
    });
  });

  step('a link that is broken says why', async () => {
    await dialog('trouble-link-broken', () => follow('lanside://gateway/%00'), { dialog: 'link-dialog' });
    await dialog('trouble-link-other', () => follow('lanside://nonsense'), { dialog: 'link-dialog' });
  });

  step('a gateway that went silent', async () => {
    await gateway.kill();
    await type(Key.f5);
    await window.find(id('details-failure'), { timeout: 60_000 });
    await screen('trouble-unread');
  });
});

describe('every device that cannot be managed', () => {
  const { window, gateway, step } = setting({ device: startPlainDevice });
  const { type, tabTo, whenFocused } = keyboard(window);
  const { screen } = eyes(window);

  step('says what it is', async () => {
    await window.find(id('add-by-address'));
    await type('n', Key.control);
    await whenFocused('add-address');
    await type(`${gateway.location}${Key.enter}`);
    await window.find(id('face-unmanaged'));
    await screen('trouble-unmanaged');
  });

  step('has its actions', async () => {
    await tabTo('show-actions');
    await type(Key.enter);
    await window.find(id('action-row'));
    await screen('trouble-unmanaged-actions');
  });
});

describe('every certificate that changed', () => {
  // The same name at the same place, with a certificate of its own.
  const place = ['--udn', '6d61726b-6574-4c61-8e73-696465000042', '--http-port', http, '--https-port', https];
  const { window, gateway, step } = setting({ gateways: [['--friendly-name', NAME, ...place]], paired: 1 });
  const { type, tabTo, whenFocused } = keyboard(window);
  const { screen, dialog } = eyes(window);

  step('is told where something was asked', async () => {
    await gateway.stop();
    await gateway.again();
    await tabTo('tree');
    await type(`${Key.home}${Key.down}${Key.down}`);
    await window.find(id('details-failure-repair'), { timeout: 60_000 });
    await screen('trouble-changed-told');
  });

  step('stops everything, and says why', async () => {
    await tabTo('details-failure-repair');
    await type(Key.enter);
    await window.find(id('compared'), { timeout: 60_000 });
    await screen('trouble-changed');
  });

  step('wants the name of the gateway, and then its PIN', async () => {
    await tabTo('changed-decide-open');
    await type(Key.enter);
    await whenFocused('changed-confirmation');
    await screen('trouble-changed-decide');
    await tabTo('changed-confirmation');
    await type(NAME);
    await dialog('trouble-changed-pair', () => type(Key.enter), { dialog: 'pairing-dialog', focus: 'pin-input' });
  });
});

describe('every pairing that is not a PIN on a label', () => {
  const ways = {
    'Gateway with a button': ['--role-policy', 'push-button'],
    'Gateway with a screen': ['--role-policy', 'screen-pin'],
    'Gateway of long ago': ['--tls-max', '1.1'],
    'Gateway that locks': ['--lock-after', '1'],
  };
  const { window, step } = setting({
    gateways: Object.entries(ways).map(([name, way]) => ['--friendly-name', name, '--model', 'minimal', ...way]),
  });
  const { type, tabTo, whenFocused, command, goTo } = keyboard(window);
  const { screen, dialog } = eyes(window);
  const enter = () => type(Key.enter);

  /** Meets a gateway, and looks at what it is asked and at what `inside` leads to. */
  async function meet(name, picture, focus, inside) {
    await poll(async () => (await window.all(id('gateway-row'))).length === Object.keys(ways).length, { what: 'all gateways' });
    await goTo(name);
    await window.reads(id('face-new'), name);
    await tabTo('start-pairing');
    const open = async () => {
      await enter();
      await window.find(id('pairing-body', '[data-phase="asking"]'), { timeout: 60_000 });
    };
    await dialog(picture, open, { dialog: 'pairing-dialog', focus, inside });
  }

  step('by a button, with the time that is left', () =>
    meet('Gateway with a button', 'trouble-button', 'frame', async () => {
      await tabTo('push-button');
      await enter();
      await window.find(id('countdown'), { timeout: 60_000 });
      await screen('trouble-button-wait');
      await tabTo('pairing-cancel');
      await enter();
      await window.find(id('pairing-body', '[data-phase="asking"]'), { timeout: 60_000 });
      await screen('trouble-button-stopped', 'frame');
    }));

  step('by a number on its screen', () =>
    meet('Gateway with a screen', 'trouble-screen', 'frame', async () => {
      await tabTo('screen-pin');
      await enter();
      await whenFocused('pin-input');
      await screen('trouble-screen-number', 'pin-input');
      await tabTo('pairing-cancel');
      await enter();
      await window.find(id('pairing-body', '[data-phase="asking"]'), { timeout: 60_000 });
    }));

  step('over protection that is weak', () =>
    meet('Gateway of long ago', 'trouble-weak', 'pin-input', async () => {
      await tabTo('pin-input');
      await type(PIN);
      assert.ok(await window.attribute(id('pair-submit'), 'disabled'));
      await tabTo('weak-allow');
      await type(' ');
      await poll(async () => !(await window.attribute(id('pair-submit'), 'disabled')), { what: 'the button' });
      await screen('trouble-weak-allowed');
    }));

  step('or locked after a wrong one', () =>
    meet('Gateway that locks', 'trouble-lock', 'pin-input', async () => {
      for (const picture of ['trouble-wrong', 'trouble-locked']) {
        await tabTo('pin-input');
        await type(`9999-9995${Key.enter}`);
        await window.find(id('pairing-again'), { timeout: 60_000 });
        await screen(picture, 'pairing-again');
        await tabTo('pairing-again');
        await enter();
        await whenFocused('pin-input');
      }
      await window.find(id('pin-locked'));
      await screen('trouble-lock-asking', 'pin-input');
    }));
});
