// A customer's first set-up in the real window: from a gateway as it left the factory to working
// internet, with a slip, an interruption and a card; once with the mouse, once with the keys alone.
import assert from 'node:assert/strict';
import { readdir, readFile, readlink, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, afterEach, before, describe, it } from 'node:test';
import { Key, poll } from './driver.mjs';
import { freshState, id, journey, keepPicture, openWindow, startGateway } from './stage.mjs';

const NAME = 'Hallway gateway';
const PIN = '12345670';
const USER = 'anna@nordnetz.example';
const PASSWORD = 'einwahl-9731';
const WIFI = 'Zum Anker';
const WIFI_PASSWORD = 'Leuchtturm 1887';
const OPERATOR = new URL('../../examples/operator.toml', import.meta.url).pathname;
const TAB = '\uE004';

const gatewayArguments = ['--friendly-name', NAME, '--pin', PIN, '--seed', '7', '--ppp-account', `${USER}:${PASSWORD}`];
const open = (state, more = {}) => openWindow(state.dir, { LANSIDE_START: '', HOME: state.dir, ...more });

/** Ends the program as a power cut does. It is known by its own state directory. */
async function killProgram(state) {
  for (const entry of await readdir('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    try {
      const program = await readlink(`/proc/${entry}/exe`);
      if (program !== process.env.LANSIDE_APP_BIN) continue;
      const environment = await readFile(`/proc/${entry}/environ`, 'utf8');
      if (environment.includes(`LANSIDE_STATE_DIR=${state.dir}\0`)) process.kill(Number(entry), 'SIGKILL');
    } catch {
      // It ended meanwhile, or is somebody else's.
    }
  }
}

async function everyFile(dir) {
  const entries = await readdir(dir, { withFileTypes: true });
  const found = await Promise.all(entries.map((one) => (one.isDirectory() ? everyFile(join(dir, one.name)) : [join(dir, one.name)])));
  return found.flat();
}

describe('a customer with a mouse', () => {
  let gateway;
  let state;
  let window;

  before(async () => {
    gateway = await startGateway(gatewayArguments);
    state = await freshState();
    window = await open(state);
  });

  after(async () => {
    await window?.close();
    await gateway?.stop();
    await state?.remove();
  });

  afterEach(async (context) => {
    if (window) await keepPicture(window, `customer-${context.name.replaceAll(' ', '-')}`);
  });

  const step = journey(it);

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
    await window.fill(id('setup-wifi-name'), 'Half typed');
    await killProgram(state);
    await window.close().catch(() => undefined);
    window = await open(state);
    await window.find(id('setup-wifi'), { timeout: 30_000 });
    await window.reads(id('setup-returned'), 'You are back where you stopped');
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
    for (const file of await everyFile(state.dir)) {
      const octets = await readFile(file).catch(() => Buffer.alloc(0));
      assert.ok(!octets.includes(WIFI_PASSWORD) && !octets.includes('einwahl-9713'), `a password lies in ${file}`);
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
  let gateway;
  let state;
  let window;

  before(async () => {
    gateway = await startGateway(gatewayArguments);
    state = await freshState();
    window = await open(state, { LANSIDE_OPERATOR: OPERATOR });
    await window.resize(900, 700);
  });

  after(async () => {
    await window?.close();
    await gateway?.stop();
    await state?.remove();
  });

  afterEach(async (context) => {
    if (window) await keepPicture(window, `provider-${context.name.replaceAll(' ', '-')}`);
  });

  /** Types where the focus is. */
  async function keys(text) {
    const [element] = Object.values(await window.run('return document.activeElement ?? document.body'));
    await window.keys(element, text);
  }
  const focused = () => window.run('return document.activeElement?.dataset?.testid ?? ""');
  /** Goes on with Tab until something has the focus. */
  async function tabTo(testid) {
    for (let presses = 0; presses < 20; presses += 1) {
      if ((await focused()) === testid) return;
      await keys(TAB);
    }
    assert.fail(`${testid} is not reached by Tab, but ${await focused()}`);
  }
  async function whenFocused(testid) {
    await poll(async () => (await focused()) === testid, { what: `the focus on ${testid}`, timeout: 60_000 });
  }
  async function fits() {
    const spill = await window.run('return document.documentElement.scrollWidth - document.documentElement.clientWidth');
    assert.equal(spill, 0);
  }

  const step = journey(it);

  step('begins with the set-up of the provider', async () => {
    await window.reads(id('setup-brand'), 'Nordnetz');
    await window.reads(id('setup-help'), '+49 40 555 01 23');
    await window.reads(id('setup-title'), 'Is this your Nordnetz box?');
    await whenFocused('setup-next');
    await keepPicture(window, 'provider-find');
    await fits();
    await keys(Key.enter);
    await whenFocused('pin-input');
    await keepPicture(window, 'provider-pin');
    await keys(`${PIN}${Key.enter}`);
  });

  step('types both without a mouse', async () => {
    await whenFocused('setup-user-name');
    // The provider adds what stands behind the @.
    await keys('anna');
    await keys(TAB);
    await keys(`${PASSWORD}`);
    await keepPicture(window, 'provider-internet');
    await fits();
    await keys(Key.enter);
    await whenFocused('setup-wifi-name');
    assert.equal(await window.value(id('setup-wifi-name')), 'Nordnetz zu Hause');
    await keys(TAB);
    await keys(WIFI_PASSWORD);
    await keepPicture(window, 'provider-wifi');
    await keys(Key.enter);
  });

  step('sends, and sees that it works', async () => {
    await window.find(id('setup-check'));
    await window.reads(id('setup-row-internet'), USER);
    await keepPicture(window, 'provider-check');
    await fits();
    await poll(async () => !(await window.attribute(id('setup-send'), 'disabled')), { what: 'the summary' });
    await tabTo('setup-send');
    await keys(Key.enter);
    await window.find(id('setup-works'), { timeout: 90_000 });
    await window.reads(id('setup-title'), 'Welcome to the Nordnetz network');
    await tabTo('setup-card-show');
    await keys(Key.enter);
    await window.find(id('setup-card'));
    await keepPicture(window, 'provider-card');
    await fits();
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
      await fits();
    }
    for (const next of ['setup-next', 'setup-keep-wifi', 'setup-send']) {
      await poll(async () => !(await window.attribute(id(next), 'disabled')), { what: next });
      await window.click(id(next));
    }
    await window.find(id('setup-works'), { timeout: 90_000 });
    await tabTo('setup-finish');
    await keys(Key.enter);
    await window.find(id('node-row'));
  });
});

describe('a provider whose file is wrong', () => {
  it('is told on the first screen, and everything else works', async () => {
    const state = await freshState();
    const file = join(state.dir, 'operator.toml');
    await writeFile(file, 'format = 1\nname = "N"\naccent = "#ffee00"\n');
    const window = await open(state, { LANSIDE_OPERATOR: file });
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
