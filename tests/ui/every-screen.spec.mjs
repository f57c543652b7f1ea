// Every screen that is in no other journey, with the keys alone: where the focus lands and returns to,
// that Tab reaches everything in sight, what a checker of accessibility says, and how it looks.
import { describe } from 'node:test';
import { Key } from './driver.mjs';
import { eyes } from './screen.mjs';
import { keyboard, NAME, PIN, setting } from './setting.mjs';
import { id } from './stage.mjs';

describe('every screen around the gateways', () => {
  const { window, step } = setting({
    gateways: [['--friendly-name', NAME, '--seed', '7']],
    env: () => ({ LANSIDE_START: '' }),
  });
  const { type, tabTo, whenFocused, command } = keyboard(window);
  const { screen, dialog } = eyes(window);
  const enter = () => type(Key.enter);

  step('asks first whose window it is', async () => {
    await window.find(id('welcome'));
    await screen('every-welcome');
    await tabTo('welcome-technician');
    await enter();
    await window.find(id('gateway-row'));
    await window.gone(id('rail-searching'));
    await screen('every-choose');
  });

  step('shows a gateway nobody paired with', async () => {
    await tabTo('gateway-row');
    await enter();
    await window.find(id('card', '[data-phase="told"]'));
    await screen('every-new', 'gateway-row');
  });

  step('adds by address', async () => {
    await dialog('every-add', () => type('n', Key.control), {
      dialog: 'add-dialog',
      focus: 'add-address',
      async inside() {
        await tabTo('add-address');
        await type('a', Key.control);
        await type(`http://127.0.0.1:9/none.xml${Key.enter}`);
        await window.find(id('add-failure'), { timeout: 60_000 });
        await screen('every-add-nobody', 'add-address');
      },
    });
  });

  step('tells why a gateway is missing', async () => {
    await dialog('every-doctor-busy', () => command('why a gateway is missing'), {
      dialog: 'doctor-dialog',
      async inside() {
        await window.find(id('doctor', '[data-phase="done"]'));
        await screen('every-doctor');
      },
    });
  });

  step('lists the keys, and gives others', async () => {
    await dialog('every-keys', () => type('?'), {
      dialog: 'keys-dialog',
      async inside() {
        await tabTo('change-keys');
        await enter();
        await window.find(id('key-settings'));
        await screen('every-key-settings', 'key-find');
        await type(Key.escape);
        await window.gone(id('key-settings'));
        await window.find(id('keys-dialog'));
      },
    });
  });

  step('has settings, and says what it is made of', async () => {
    await dialog('every-settings', () => type(',', Key.control), { dialog: 'settings-dialog' });
    await dialog('every-about', () => command('about lanside'), { dialog: 'about-dialog', focus: 'about-find' });
    await dialog('every-palette', () => type('k', Key.control), { dialog: 'palette', focus: 'palette-input' });
    await dialog('every-quick-open', () => type('p', Key.control), { dialog: 'quick-open', focus: 'quick-open-input' });
  });

  step('shows this computer, and what can be done with it', async () => {
    const tasks = async () => {
      for (const task of ['export', 'import', 'replace']) {
        await tabTo(`identity-${task}`);
        await enter();
        await window.find(id('identity-body', `[data-task="${task}"]`));
        await screen(`every-identity-${task}`);
        await tabTo('identity-cancel');
        await enter();
        await window.find(id('identity-uuid'));
      }
    };
    await dialog('every-identity', () => command('this computer and its identity'), { dialog: 'identity-dialog', inside: tasks });
  });

  step('has pages beside the gateways', async () => {
    for (const [page, words] of [['recipes', 'apply a recipe'], ['report', 'report of a visit'], ['trace', 'what is said']]) {
      await command(words);
      await window.find(id(`${page}-page`));
      await screen(`every-${page}`);
      await tabTo('page-back');
      await enter();
      await window.find(id('face-new'));
    }
  });

  step('pairs', async () => {
    await tabTo('start-pairing');
    await dialog('every-pin', enter, { dialog: 'pairing-dialog', focus: 'pin-input' });
    await tabTo('start-pairing');
    await enter();
    await whenFocused('pin-input');
    await type('9999-9995');
    await enter();
    await window.find(id('pairing-again'), { timeout: 60_000 });
    await screen('every-pin-wrong', 'pairing-again');
    await tabTo('pairing-again');
    await enter();
    await whenFocused('pin-input');
    await type(PIN);
    await enter();
    await whenFocused('pairing-done');
    await screen('every-paired');
    await tabTo('pairing-done');
    await enter();
    await window.find(id('node-row'));
  });
});
