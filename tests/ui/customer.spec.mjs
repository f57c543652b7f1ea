// A customer's first set-up in the real window: from a gateway as it left the factory to working
// internet, with a slip, an interruption and a card; once with the mouse, once with the keys alone.
import assert from 'node:assert/strict';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { Key, poll } from './driver.mjs';
import { fits, keyboard, NAME, PIN, setting } from './setting.mjs';
import { freshState, id, keepPicture, onDisk, openWindow } from './stage.mjs';

const USER = 'anna@nordnetz.example';
const PASSWORD = 'einwahl-9731';
const WIFI = 'Zum Anker';
const WIFI_PASSWORD = 'Leuchtturm 1887';
const OPERATOR = new URL('../../examples/operator.toml', import.meta.url).pathname;

const gateways = [['--friendly-name', NAME, '--seed', '7', '--ppp-account', `${USER}:${PASSWORD}`]];
const customer = (state) => ({ LANSIDE_START: '', HOME: state.dir });

describe('a customer with a mouse', () => {
  const { window, state, step, cut } = setting({ gateways, env: customer, pictures: 'customer' });

  step('chooses what to do', async () => {
    await window.reads(id('welcome'), 'Set up my internet');
    await keepPicture(window, 'customer-welcome');
    await window.click(id('welcome-setup'));
    await window.reads(id('setup-gateway'), NAME);
    await window.reads(id('setup-title'), 'Is this your gateway?');
  });

  step('types the number on the label', async () => {
    await window.click(id('setup-next'));
    await window.find(id('setup-pair'));
    await window.fill(id('pin-input'), '1234-5671');
    await window.reads(id('pin-note'), 'The last digit does not fit');
    await window.fill(id('pin-input'), PIN);
    await keepPicture(window, 'customer-pin');
    await window.click(id('setup-next'));
    await window.find(id('setup-internet'), { timeout: 60_000 });
  });

  step('types what is in the letter, with a slip', async () => {
    await window.click(id('setup-next'));
    await window.reads(id('setup-user-name-note'), 'Please fill this in');
    await window.fill(id('setup-user-name'), USER);
    await window.fill(id('setup-password'), 'einwahl-9713');
    await keepPicture(window, 'customer-internet');
    await window.click(id('setup-next'));
    await window.find(id('setup-wifi'));
  });

  step('goes on after the program was killed', async () => {
    await window.fill(id('setup-wifi-password'), 'Leuchtt');
    await window.fill(id('setup-wifi-name'), 'Half typed');
    // What is typed is on its way to the disk, wherever the typing stops.
    await poll(async () => (await onDisk(state.dir)).some((octets) => octets.includes('Half typed')), { what: 'the half name on the disk' });
    await cut();
    await window.find(id('setup-wifi'), { timeout: 30_000 });
    await window.reads(id('setup-returned'), 'You are back where you stopped');
    assert.equal(await window.value(id('setup-wifi-name')), 'Half typed');
    assert.equal(await window.value(id('setup-wifi-password')), '');
    await window.reads(id('setup-wifi-password-note'), 'You typed 7 characters before');
    assert.ok((await onDisk(state.dir)).every((octets) => !octets.includes('Leuchtt')), 'half a password lies there in clear');
    await keepPicture(window, 'customer-returned');
  });

  step('goes back and forth without losing anything', async () => {
    await window.click(id('setup-back'));
    await window.find(id('setup-internet'));
    assert.equal(await window.value(id('setup-user-name')), USER);
    await window.reads(id('setup-password-note'), 'Your password is kept');
    await window.click(id('setup-next'));
    await window.find(id('setup-wifi'));
  });

  step('chooses a name and a password for the Wi-Fi', async () => {
    await window.fill(id('setup-wifi-name'), WIFI);
    await window.fill(id('setup-wifi-password'), '12345678');
    await window.reads(id('setup-strength'), 'Easy to guess');
    await window.fill(id('setup-wifi-password'), WIFI_PASSWORD);
    await window.reads(id('setup-strength'), 'Hard to guess');
    await keepPicture(window, 'customer-wifi');
    await window.click(id('setup-next'));
    await window.reads(id('setup-row-wifi'), WIFI);
  });

  step('sees everything once more before anything is sent', async () => {
    await window.reads(id('setup-text'), 'Nothing was sent');
    await window.reads(id('setup-row-internet'), USER);
    const page = await window.run('return document.documentElement.outerHTML');
    for (const secret of [WIFI_PASSWORD, 'einwahl-9713']) assert.ok(!page.includes(secret));
    for (const octets of await onDisk(state.dir)) {
      assert.ok(!octets.includes(WIFI_PASSWORD) && !octets.includes('einwahl-9713'), 'a password lies there in clear');
    }
    await keepPicture(window, 'customer-check');
  });

  step('is told that the provider refuses, and corrects it', async () => {
    await window.click(id('setup-send'));
    await window.find(id('setup-broken'), { timeout: 90_000 });
    await window.reads(id('setup-text'), 'does not accept user name or password');
    await keepPicture(window, 'customer-refused');
    await window.click(id('setup-correct'));
    await window.find(id('setup-internet'));
    await window.fill(id('setup-password'), PASSWORD);
    await window.click(id('setup-next'));
    await window.find(id('setup-check'));
  });

  step('has working internet', async () => {
    await window.click(id('setup-send'));
    await window.find(id('setup-works'), { timeout: 90_000 });
    await window.reads(id('setup-title'), 'Your internet works');
    const page = await window.run('return document.documentElement.outerHTML');
    assert.ok(!page.includes(WIFI_PASSWORD), 'the password comes when it is asked for');
  });

  step('takes a card for the wall', async () => {
    await window.click(id('setup-card-show'));
    await window.reads(id('setup-card-password'), WIFI_PASSWORD);
    await window.reads(id('setup-card-name'), WIFI);
    await keepPicture(window, 'customer-card');
    await window.click(id('setup-card-save'));
    await window.reads(id('setup-card-saved'), /wifi-card.*\.html/);
    const file = (await window.text(id('setup-card-saved'))).replace(/^Saved as /, '');
    assert.equal((await stat(file)).mode & 0o777, 0o600);
    assert.match(await readFile(file, 'utf8'), /Leuchtturm 1887/);
    await window.click(id('setup-card-hide'));
    await window.gone(id('setup-card'));
  });

  step('ends, and the card is forgotten', async () => {
    await window.click(id('setup-finish'));
    await window.find(id('node-row'));
    await window.click(id('open-setup'));
    await window.find(id('setup-find'));
    await window.click(id('setup-leave'));
  });
});

describe('a customer with the keys alone, and a provider', () => {
  const env = (state) => ({ ...customer(state), LANSIDE_OPERATOR: OPERATOR });
  const { window, step } = setting({ gateways, env, size: [900, 700], pictures: 'provider' });
  const { type, tabTo, whenFocused } = keyboard(window);

  step('begins with the set-up of the provider', async () => {
    await window.reads(id('setup-brand'), 'Nordnetz');
    await window.reads(id('setup-help'), '+49 40 555 01 23');
    await window.reads(id('setup-title'), 'Is this your Nordnetz box?');
    await whenFocused('setup-next');
    await keepPicture(window, 'provider-find');
    await fits(window);
    await type(Key.enter);
    await whenFocused('pin-input');
    await keepPicture(window, 'provider-pin');
    await type(`${PIN}${Key.enter}`);
  });

  step('types both without a mouse', async () => {
    await whenFocused('setup-user-name');
    // The provider adds what stands behind the @.
    await type('anna');
    await type(Key.tab);
    await type(PASSWORD);
    await keepPicture(window, 'provider-internet');
    await fits(window);
    await type(Key.enter);
    await whenFocused('setup-wifi-name');
    assert.equal(await window.value(id('setup-wifi-name')), 'Nordnetz zu Hause');
    await type(Key.tab);
    await type(WIFI_PASSWORD);
    await keepPicture(window, 'provider-wifi');
    await type(Key.enter);
  });

  step('sends, and sees that it works', async () => {
    await window.find(id('setup-check'));
    await window.reads(id('setup-row-internet'), USER);
    await keepPicture(window, 'provider-check');
    await fits(window);
    await poll(async () => !(await window.attribute(id('setup-send'), 'disabled')), { what: 'the summary' });
    await tabTo('setup-send');
    await type(Key.enter);
    await window.find(id('setup-works'), { timeout: 90_000 });
    await window.reads(id('setup-title'), 'Welcome to the Nordnetz network');
    await tabTo('setup-card-show');
    await type(Key.enter);
    await window.find(id('setup-card'));
    await keepPicture(window, 'provider-card');
    await fits(window);
  });

  step('comes up in German and dark where it was', async () => {
    await window.run(`localStorage.setItem('lanside.language', 'de'); localStorage.setItem('lanside.theme', 'dark'); location.reload();`);
    await window.reads(id('setup-title'), 'Willkommen im Nordnetz', { timeout: 90_000 });
    await window.click(id('setup-card-show'));
    await window.find(id('setup-card'));
    await keepPicture(window, 'provider-card-dark');
    for (const [from, to] of [['works', 'check'], ['check', 'wifi'], ['wifi', 'internet-there']]) {
      await window.find(id(`setup-${from}`));
      await window.click(id('setup-back'));
      await window.find(id(`setup-${to}`));
      await keepPicture(window, `provider-${to}-dark`);
      await fits(window);
    }
    for (const next of ['setup-next', 'setup-keep-wifi', 'setup-send']) {
      await poll(async () => !(await window.attribute(id(next), 'disabled')), { what: next });
      await window.click(id(next));
    }
    await window.find(id('setup-works'), { timeout: 90_000 });
    await tabTo('setup-finish');
    await type(Key.enter);
    await window.find(id('node-row'));
  });
});

describe('a provider whose file is wrong', () => {
  it('is told on the first screen, and everything else works', async () => {
    const state = await freshState();
    const file = join(state.dir, 'operator.toml');
    await writeFile(file, 'format = 1\nname = "N"\naccent = "#ffee00"\n');
    const window = await openWindow(state.dir, { ...customer(state), LANSIDE_OPERATOR: file });
    try {
      await window.reads(id('operator-wrong'), 'line 3, column 10');
      await keepPicture(window, 'provider-wrong');
      await window.click(id('welcome-technician'));
      await window.find(id('rail'));
    } finally {
      await window.close();
      await state.remove();
    }
  });
});
