// Every screen of a change that does not go through, or that asks twice before it does. With the keys
// alone, in every size and colour.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe } from 'node:test';
import { promisify } from 'node:util';
import { Key } from './driver.mjs';
import { eyes } from './screen.mjs';
import { keyboard, NAME, setting } from './setting.mjs';
import { id } from './stage.mjs';

const run = promisify(execFile);
const SSID = 'Device.WiFi.SSID.1.SSID';
const PORT = 'Device.Ethernet.Interface.1.Enable';
const PASSWORD = 'Leuchtturm 1887';

/** The other face, with the same trust: what it does here was done by somebody else meanwhile. */
const lanside = (state, ...args) =>
  run(process.env.LANSIDE_CLI_BIN, [...args, '--interface', '127.0.0.1'], {
    env: { ...process.env, LANSIDE_STATE_DIR: state.dir, LANSIDE_SECRETS: 'file' },
  });

/** Hands that change settings. */
function editor({ window, type, whenFocused, command, goTo }) {
  const to = async (path) => {
    await type('1', Key.control);
    await goTo(path);
    await window.reads(id('path'), path);
  };
  return {
    to,
    async allRead() {
      await command('read all settings');
      await window.reads(id('loaded'), /^([\d,]+) of \1 /, { timeout: 60_000 });
    },
    async stage(value) {
      await to(SSID);
      await type(Key.f2);
      await whenFocused('editor-input');
      await type('a', Key.control);
      await type(`${value}${Key.enter}`);
      await window.reads(id('tray-edit'), value);
    },
    async send() {
      await type(Key.enter, Key.control);
      await window.find(id('review-body', '[data-phase="done"]'), { timeout: 120_000 });
    },
  };
}

describe('every change that does not go through', () => {
  const { window, state, gateway, step, leave, reopen } = setting({
    gateways: [['--friendly-name', NAME, '--seed', '5', '--visitor', 'pc-bruno']],
    paired: 1,
  });
  const keys = keyboard(window);
  const { type, tabTo } = keys;
  const { screen, dialog } = eyes(window);
  const { to, allRead, stage, send } = editor({ window, ...keys });
  const review = () => type('s', Key.control);

  step('was made elsewhere meanwhile, and is refused', async () => {
    await allRead();
    await stage('Attic');
    await lanside(state, 'set', gateway.udn, `${SSID}=Theirs`, '--yes');
    const open = async () => {
      await review();
      await window.reads(id('line-conflict'), '“Theirs”');
    };
    await dialog('refusal-conflict', open, {
      dialog: 'review-dialog',
      async inside() {
        gateway.fault('refuse:SetValues:501');
        await send();
        await screen('refusal-refused', 'review-done');
        gateway.fault();
      },
    });
  });

  step('may have arrived or not', async () => {
    await dialog('refusal-before', async () => {
      await review();
      await window.find(id('review-body', '[data-phase="ready"]'));
    }, {
      dialog: 'review-dialog',
      async inside() {
        gateway.fault('drop-after:SetValues');
        await send();
        await screen('refusal-unknown', 'review-done');
      },
    });
    // What became of it is found out, and who this computer is to the gateway.
    await window.find(id('tray-empty'), { timeout: 60_000 });
    await window.reads(id('roles'), 'Admin');
    await screen('refusal-unknown-settled');
    await type('8', Key.control);
    await window.find(id('history-entry'));
    await screen('refusal-history');
  });

  step('is still there after the window was closed', async () => {
    await stage('Cellar');
    await leave(30_000);
    await reopen();
    await window.reads(id('tray-edit'), 'Cellar', { timeout: 60_000 });
    await window.find(id('node-row'));
    await screen('refusal-kept');
  });

  step('cuts this computer off', async () => {
    await allRead();
    await to(PORT);
    await type(Key.f2);
    await type(' ');
    await window.find(id('tray-edit', `[data-path="${PORT}"]`));
    const open = async () => {
      await review();
      await window.find(id('forecast', '[data-severity="cut_off"]'));
    };
    await dialog('refusal-cut-off', open, {
      dialog: 'review-dialog',
      async inside() {
        assert.ok(await window.attribute(id('apply'), 'disabled'));
        await tabTo('forecast-accept');
        await type(' ');
        await type(Key.enter, Key.control);
        await window.find(id('hunt', '[data-phase="hunting"]'), { timeout: 60_000 });
        await screen('refusal-hunt');
        await window.find(id('hunt', '[data-phase="lost"]'), { timeout: 120_000 });
        await screen('refusal-lost');
      },
    });
  });
});

describe('every saved tree, and what of it comes back', () => {
  const { window, state, gateway, step } = setting({ gateways: [['--friendly-name', NAME, '--seed', '13']], paired: 1 });
  const keys = keyboard(window);
  const { type, tabTo, command } = keys;
  const { screen } = eyes(window);
  const { allRead } = editor({ window, ...keys });
  const press = async (testid) => {
    await tabTo(testid);
    await type(Key.enter);
  };

  step('is taken, and asks where to and whether', async () => {
    await allRead();
    await command('snapshots');
    // Everything was just read: that is kept first, as a visit.
    await window.reads(id('snapshot'), 'Visit', { timeout: 60_000 });
    await tabTo('snapshot-name');
    await type(`Before${Key.enter}`);
    await window.reads(id('snapshot'), 'Before', { timeout: 60_000 });
    await screen('refusal-snapshots');
    await press('snapshot-export');
    await window.find(id('export-file'));
    await screen('refusal-export');
    await press('snapshot-drop');
    await window.find(id('drop-ask'));
    await screen('refusal-drop');
  });

  step('is compared', async () => {
    await lanside(state, 'set', gateway.udn, `${SSID}=Theirs`, '--yes');
    await press('snapshot-compare');
    await press('compare-go');
    await window.reads(id('comparison-count'), /differ/, { timeout: 60_000 });
    await screen('refusal-compared');
    await press('comparison-back');
    await window.find(id('snapshot'));
  });

  step('comes back in three lists', async () => {
    await press('snapshot-restore');
    await window.find(id('restored-item'), { timeout: 60_000 });
    await screen('refusal-restored');
    await tabTo('restored-carried');
    await type(`${Key.right}${Key.right}`);
    await screen('refusal-restored-not');
  });
});

describe('every user, computer and file that is refused', () => {
  const { window, state, gateway, step } = setting({
    gateways: [['--friendly-name', NAME, '--seed', '7', '--user', `bea:${PASSWORD}`]],
    paired: 1,
  });
  const { type, tabTo, command } = keyboard(window);
  const { screen, dialog } = eyes(window);
  const enter = () => type(Key.enter);

  step('a name and a password', async () => {
    await command('access');
    await window.find(id('identity-password'));
    await tabTo('identity-rename');
    await dialog('refusal-rename', enter, { dialog: 'access-change', focus: 'access-name' });
    await tabTo('identity-password');
    await dialog('refusal-password', enter, {
      dialog: 'access-change',
      focus: 'access-password',
      async inside() {
        await tabTo('access-password');
        await type('short');
        await tabTo('access-password-again');
        await type('shirt');
        await screen('refusal-password-differs', 'access-password-again');
      },
    });
  });

  step('a login', async () => {
    await dialog('refusal-login', () => command('log in'), {
      dialog: 'login-dialog',
      focus: 'login-name',
      async inside() {
        await tabTo('login-name');
        await type(`bea${Key.tab}wrong${Key.enter}`);
        await window.find(id('login-wrong'), { timeout: 60_000 });
        await screen('refusal-login-wrong');
      },
    });
  });

  step('an identity', async () => {
    const file = join(state.dir, 'along.sealed');
    const outcome = async (task, typed, done, picture) => {
      await tabTo(`identity-${task}`);
      await enter();
      for (const [field, text] of typed) {
        await tabTo(field);
        await type('a', Key.control);
        await type(text);
      }
      await tabTo('identity-run');
      await enter();
      await window.find(id(done), { timeout: 60_000 });
      await screen(picture);
    };
    const sealed = (word) => [['identity-file', file], ['identity-passphrase', word]];
    await dialog('refusal-identity', () => command('this computer and its identity'), {
      dialog: 'identity-dialog',
      async inside() {
        await outcome('export', [...sealed(PASSWORD), ['identity-passphrase-again', PASSWORD]], 'identity-written', 'refusal-exported');
        await tabTo('identity-done');
        await enter();
        await outcome('import', [...sealed('Nebelhorn 1911'), ['identity-give-up', ' ']], 'identity-failure', 'refusal-import');
      },
    });
  });

  step('a file that is no report', async () => {
    const file = join(state.dir, 'nothing.html');
    await writeFile(file, '<!doctype html><title>Nothing</title>');
    await command('report of a visit');
    await window.press(id('report-check-input'), file);
    await window.find(id('report-check-failure'), { timeout: 60_000 });
    await screen('refusal-report');
  });

  step('a recipe', async () => {
    const broken = join(state.dir, 'broken.toml');
    await writeFile(broken, 'format = 1\nname = "Broken"\n[[set]]\npath = 7\n');
    const good = join(state.dir, 'good.toml');
    await writeFile(good, `format = 1\nname = "Name of the Wi-Fi"\n[[set]]\npath = "${SSID}"\nvalue = "Attic"\n`);
    await command('apply a recipe');
    await window.press(id('recipe-file-input'), broken);
    await window.find(id('recipe-problem'));
    await screen('refusal-recipe-broken');
    await window.press(id('recipe-file-input'), good);
    await window.reads(id('recipe-name'), 'Name of the Wi-Fi');
    await tabTo(`recipe-gateway-${gateway.udn}`);
    await type(' ');
    await tabTo('recipe-compare');
    await enter();
    await window.find(id('recipe-run'), { timeout: 60_000 });
    gateway.fault('refuse:SetValues:501');
    await tabTo('recipe-run');
    await enter();
    await window.find(id('recipe-result', '[data-outcome="refused"]'), { timeout: 60_000 });
    await screen('refusal-recipe');
  });
});
