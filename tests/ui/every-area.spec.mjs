// Every area and dialog of an open gateway, with the keys alone, in every size and colour.
import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { Key } from './driver.mjs';
import { eyes } from './screen.mjs';
import { keyboard, NAME, setting } from './setting.mjs';
import { id } from './stage.mjs';

const SSID = 'Device.WiFi.SSID.1.SSID';
/** What shows that an area has what it is to show, in the order of their keys. */
const AREAS = {
  status: id('status-verdict'),
  ladder: id('rung'),
  tests: id('test-kind'),
  measure: id('measure'),
  logs: id('log-read'),
  watch: id('watch-empty'),
  history: id('history-empty'),
  snapshots: id('since-visit'),
  software: `${id('software-unit')}, ${id('software-none')}`,
  access: id('identity'),
  actions: id('action-row'),
  profiles: id('profile'),
};

describe('every screen of an open gateway', () => {
  const { window, step } = setting({
    gateways: [['--friendly-name', NAME, '--seed', '7', '--reboot-seconds', '2']],
    paired: 1,
  });
  const { type, tabTo, whenFocused, command, goTo } = keyboard(window);
  const { screen, dialog } = eyes(window);
  const enter = () => type(Key.enter);

  step('has the tree and a setting', async () => {
    await type('/');
    await whenFocused('search');
    await type(Key.escape);
    await whenFocused('tree');
    await command('read all settings');
    await window.reads(id('loaded'), /^([\d,]+) of \1 /);
    await goTo('ssid.1.ssid');
    await window.reads(id('path'), SSID);
    await screen('every-tree');
  });

  for (const [at, [area, shown]] of Object.entries(AREAS).entries()) {
    step(`has ${area}`, async () => {
      if (at < 8) await type(String(at + 2), Key.control);
      else await command(area);
      await window.find(shown, { timeout: 60_000 });
      const inPane = await window.run(`return document.querySelector('[data-pane="front"]').contains(document.activeElement);`);
      assert.ok(inPane, 'the focus went with the area');
      await screen(`every-${area}`);
    });
  }

  step('asks before an action changes something', async () => {
    await command('actions');
    await tabTo('actions-search');
    await type('reboot');
    await window.reads(id('actions-count'), '1 of');
    await tabTo('action-row');
    await enter();
    await tabTo('call');
    await dialog('every-confirm-call', enter, { dialog: 'confirm-call' });
  });

  step('changes who may do what', async () => {
    await command('access');
    await window.find(id('identity'));
    await tabTo('access-add-user');
    await dialog('every-add-user', enter, { dialog: 'access-change', focus: 'access-name' });
    await tabTo('access-add-computer');
    await dialog('every-add-computer', enter, { dialog: 'access-change', focus: 'access-name' });
    await tabTo('identity-roles');
    await dialog('every-roles', enter, { dialog: 'access-change' });
    await tabTo('identity-remove');
    await dialog('every-remove', enter, { dialog: 'access-change', focus: 'access-confirmation' });
  });

  step('logs in', async () => {
    await dialog('every-login', () => command('log in'), { dialog: 'login-dialog', focus: 'login-name' });
  });

  step('reviews and sends', async () => {
    await type('1', Key.control);
    await goTo('ssid.1.ssid');
    await window.reads(id('path'), SSID);
    await type(Key.f2);
    await whenFocused('editor-input');
    await type('a', Key.control);
    await type(`Attic${Key.enter}`);
    await window.reads(id('tray-edit'), 'Attic');
    await screen('every-draft');
    await dialog('every-review', () => type('s', Key.control), {
      dialog: 'review-dialog',
      async inside() {
        await type(Key.enter, Key.control);
        await window.find(id('review-line', '[data-state="verified"]'));
        await screen('every-applied', 'review-done');
      },
    });
    await type('8', Key.control);
    await window.find(id('history-entry'));
    await screen('every-history-full');
  });

  step('asks before a restart and before a reset', async () => {
    await dialog('every-restart', () => command('restart the gateway'), { dialog: 'restart-dialog' });
    await dialog('every-reset', () => command('factory reset'), { dialog: 'reset-dialog', focus: 'reset-name' });
  });
});
