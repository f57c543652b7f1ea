// Every step of the customer's path and what it may ask, with the keys alone, in every size and colour.
import { describe } from 'node:test';
import { Key, poll } from './driver.mjs';
import { eyes } from './screen.mjs';
import { keyboard, NAME, PIN, setting } from './setting.mjs';
import { id } from './stage.mjs';

const ACCOUNT = 'anna@nordnetz.example';
const PASSWORD = 'einwahl-9731';
const WIFI_PASSWORD = 'Leuchtturm 1887';

describe('a customer whose computer and network are not ready', () => {
  const { window, step } = setting({
    // Nobody answers on this bus, whatever is installed on the machine.
    env: (state) => ({ LANSIDE_START: '', LANSIDE_SECRETS: '', DBUS_SESSION_BUS_ADDRESS: `unix:path=${state.dir}/no-bus`, LANSIDE_INTERFACE: '127.0.0.9' }),
  });
  const { type, tabTo, whenFocused } = keyboard(window);
  const { screen, dialog } = eyes(window);

  step('is asked for one password', async () => {
    await window.find(id('secrets-dialog'));
    await screen('step-secrets', 'secrets-passphrase');
    await tabTo('secrets-passphrase');
    await type(WIFI_PASSWORD);
    await type(Key.tab);
    await tabTo('secrets-passphrase-again');
    await type(`${WIFI_PASSWORD}${Key.enter}`);
    await window.gone(id('secrets-dialog'), { timeout: 60_000 });
  });

  step('finds nothing, and asks why', async () => {
    await tabTo('welcome-setup');
    await type(Key.enter);
    await window.find(id('setup-nothing'), { timeout: 60_000 });
    await screen('step-nothing', 'setup-search');
    await tabTo('setup-why');
    await dialog('step-doctor', () => type(Key.enter), {
      dialog: 'doctor-dialog',
      async inside() {
        await window.find(id('doctor', '[data-phase="done"]'));
        await screen('step-doctor-done');
      },
    });
    await tabTo('setup-leave');
    await type(Key.enter);
    await window.find(id('welcome'));
  });
});

describe('every step of a set-up', () => {
  const { window, step } = setting({
    gateways: [['--friendly-name', NAME, '--seed', '7', '--ppp-account', `${ACCOUNT}:${PASSWORD}`]],
    env: (state) => ({ LANSIDE_START: '', HOME: state.dir }),
  });
  const { type, tabTo } = keyboard(window);
  const { screen } = eyes(window);
  const enter = () => type(Key.enter);

  step('is this the gateway', async () => {
    await window.find(id('welcome'));
    await tabTo('welcome-setup');
    await enter();
    await window.find(id('setup-gateway'), { timeout: 60_000 });
    await screen('step-find', 'setup-next');
    await tabTo('setup-next');
    await enter();
  });

  step('pairs by its button or its number', async () => {
    await window.find(id('setup-pair'));
    await screen('step-pair', 'pin-input');
    await tabTo('setup-by-button');
    await enter();
    await window.find(id('setup-pair-button'));
    await screen('step-pair-button', 'setup-next');
    await tabTo('setup-by-number');
    await enter();
    await window.find(id('setup-pair'));
    await tabTo('pin-input');
    await type(`${PIN}${Key.enter}`);
  });

  step('types what is in the letter, and first nothing', async () => {
    await window.find(id('setup-internet'), { timeout: 60_000 });
    await screen('step-internet', 'setup-user-name');
    await tabTo('setup-next');
    await enter();
    await window.reads(id('setup-user-name-note'), 'Please fill this in');
    await screen('step-internet-empty', 'setup-user-name');
    await tabTo('setup-user-name');
    await type(ACCOUNT);
    await tabTo('setup-password');
    await type(`${PASSWORD}${Key.enter}`);
  });

  step('names the Wi-Fi', async () => {
    await window.find(id('setup-wifi'));
    await screen('step-wifi', 'setup-wifi-name');
    await tabTo('setup-wifi-password');
    await type(WIFI_PASSWORD);
    await window.reads(id('setup-strength'), 'Hard to guess');
    await screen('step-wifi-typed');
    await tabTo('setup-wifi-password');
    await enter();
  });

  step('checks, sends and tests', async () => {
    await window.find(id('setup-check'));
    await poll(async () => !(await window.attribute(id('setup-send'), 'disabled')), { what: 'the summary' });
    await screen('step-check');
    await tabTo('setup-send');
    await enter();
    await window.find(id('setup-works'), { timeout: 90_000 });
    await screen('step-works');
    await tabTo('setup-card-show');
    await enter();
    await window.find(id('setup-card'));
    await screen('step-card');
    await tabTo('setup-finish');
    await enter();
    await window.find(id('node-row'));
  });
});
