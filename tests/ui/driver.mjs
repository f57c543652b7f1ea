// The real window over W3C WebDriver: WebKitWebDriver, node's fetch, nothing else.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

/** The driver has been seen to hang; nothing it is asked takes that long. */
const ANSWER_MS = 120_000;
const ELEMENT = 'element-6066-11e4-a52e-4f735466cecf';
/** Keys of the WebDriver standard. */
export const Key = {
  control: '\uE009',
  shift: '\uE008',
  none: '\uE000',
  backspace: '\uE003',
  enter: '\uE007',
  escape: '\uE00C',
  down: '\uE015',
  up: '\uE013',
  left: '\uE012',
  right: '\uE014',
  end: '\uE010',
  home: '\uE011',
  tab: '\uE004',
  pageUp: '\uE00E',
  pageDown: '\uE00F',
  delete: '\uE017',
  f2: '\uE032',
  f5: '\uE035',
  f6: '\uE036',
  f8: '\uE038',
};

/** A port nobody uses at this moment. */
export function freePort() {
  return new Promise((done, failed) => {
    const server = createServer();
    server.once('error', failed);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => done(port));
    });
  });
}

/** One window of the program, driven from outside. */
export class Window {
  /**
   * Starts the driver and the program. The driver's output goes to a file:
   * helpers of the web view keep an inherited pipe open after the last test.
   */
  static async open({ binary, args = [], env = {}, log = '/dev/null', cwd }) {
    const port = await freePort();
    const output = openSync(log, 'a');
    const driver = spawn('WebKitWebDriver', [`--port=${port}`, '--host=127.0.0.1'], {
      stdio: ['ignore', output, output],
      cwd,
      // Without this a Tauri window never answers the driver.
      env: { ...process.env, ...env, TAURI_WEBVIEW_AUTOMATION: 'true' },
    });
    const base = `http://127.0.0.1:${port}`;
    await poll(async () => (await fetch(`${base}/status`)).ok, { what: 'the WebDriver to answer' });
    const window = new Window(driver, base);
    const wanted = { capabilities: { alwaysMatch: { 'webkitgtk:browserOptions': { binary, args } } } };
    const session = await window.#send('POST', '/session', wanted, AbortSignal.timeout(45_000)).catch(async (error) => {
      await window.kill();
      throw error;
    });
    window.session = `/session/${session.sessionId}`;
    return window;
  }

  constructor(driver, base) {
    this.driver = driver;
    this.base = base;
  }

  /** Ends the program, and waits until it has: a later start would find it and leave it the work. */
  async close() {
    const programs = await this.#programs();
    try {
      // What is stopped after this must be stopped whatever happens here: a gateway that is left
      // behind would keep the whole run waiting.
      await this.#send('DELETE', this.session, undefined, AbortSignal.timeout(30_000)).catch((error) => {
        console.error(`the driver did not end its session (${error.name}), so its programs were ended`);
        programs.forEach(end);
      });
      await poll(async () => (await Promise.all(programs.map(ended))).every(Boolean), {
        timeout: 10_000,
        what: 'the program to end',
      }).catch(() => programs.forEach(end));
    } finally {
      // A driver that hangs does not hear anything milder.
      this.driver.kill('SIGKILL');
    }
  }

  /** Ends the program as a crash or the system would: at once, and without a word. */
  async kill() {
    const programs = await this.#programs();
    programs.forEach(end);
    await poll(async () => (await Promise.all(programs.map(ended))).every(Boolean), { what: 'the program to be gone' });
    this.driver.kill('SIGKILL');
  }

  /**
   * Clicks the cross of the window's frame, as a person does; `close` ends the program from outside.
   * How long in ms until the window was gone, and until the program was.
   */
  async leave(patience) {
    const [program] = await this.#programs();
    const ids = async () => {
      const found = await output('xdotool', ['search', '--all', '--onlyvisible', '--pid', String(program), '--name', '.']);
      return found.split('\n').filter(Boolean);
    };
    const windows = await poll(async () => ((await ids()).length > 0 ? ids() : null), { what: 'the window on the screen' });
    const began = performance.now();
    await output('python3', [new URL('close-window.py', import.meta.url).pathname, ...windows]);
    try {
      await poll(async () => (await ids()).length === 0, { timeout: patience, what: 'the window to go' });
      const window = performance.now() - began;
      await poll(() => ended(program), { timeout: patience, what: 'the program to end' });
      return { window, program: performance.now() - began };
    } finally {
      end(program);
      this.driver.kill();
    }
  }

  /** What the driver started. */
  async #programs() {
    const { pid } = this.driver;
    const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '');
    return children.split(' ').filter((one) => one.trim() !== '').map(Number);
  }

  async go(url) {
    await this.#send('POST', `${this.session}/url`, { url });
  }

  async resize(width, height) {
    await this.#send('POST', `${this.session}/window/rect`, { width, height });
  }

  /** PNG of the page. */
  async picture() {
    return Buffer.from(await this.#send('GET', `${this.session}/screenshot`), 'base64');
  }

  /** Where an element is in a picture of the page: what ImageMagick's -crop takes. */
  async placeOf(selector) {
    await this.find(selector);
    return this.run(
      `const one = document.querySelector(arguments[0]);
      one.scrollIntoView({ block: 'center' });
      const { x, y, width, height } = one.getBoundingClientRect();
      return [width, 'x', height, '+', x, '+', y].map((part) => (typeof part === 'number' ? Math.round(part) : part)).join('');`,
      selector,
    );
  }

  /** Runs a function body in the page. */
  async run(script, ...args) {
    return this.#send('POST', `${this.session}/execute/sync`, { script, args });
  }

  async all(selector) {
    const found = await this.#send('POST', `${this.session}/elements`, { using: 'css selector', value: selector });
    return found.map((one) => one[ELEMENT]);
  }

  /** The first element of a selector, as soon as there is one. */
  async find(selector, options = {}) {
    return poll(async () => (await this.all(selector))[0], { what: `“${selector}” to appear`, ...options });
  }

  async gone(selector, options = {}) {
    await poll(async () => (await this.all(selector)).length === 0, { what: `“${selector}” to go`, ...options });
  }

  /** Clicks; tries again while the element is replaced or not yet enabled. */
  async click(selector, options = {}) {
    const area = /^\[data-testid="area-(\w+)"\]$/.exec(selector)?.[1];
    if (area) return this.#toArea(area, options);
    await this.#press(selector, options);
  }

  /** Goes to an area as a person does: to its group first. */
  async #toArea(area, options) {
    await this.#press(`[data-areas~="${area}"]`, options);
    const own = `[data-testid="area-${area}"]`;
    const alone = `[data-areas="${area}"][aria-selected="true"]`;
    await poll(async () => (await this.all(`${own},${alone}`)).length > 0, { what: `the area ${area}`, ...options });
    if ((await this.all(alone)).length === 0) await this.#press(own, options);
  }

  async #press(selector, options = {}) {
    await poll(
      async () => {
        const [element] = await this.all(selector);
        if (!element || !(await this.#send('GET', `${this.session}/element/${element}/enabled`))) return false;
        // WebKit does not always scroll to what it is to click.
        await this.run(`document.querySelector(arguments[0])?.scrollIntoView({ block: 'nearest' });`, selector);
        await this.#send('POST', `${this.session}/element/${element}/click`, {});
        return true;
      },
      { what: `a click on “${selector}”`, ...options },
    );
  }

  async text(selector) {
    return this.#words(await this.find(selector));
  }

  // Element Text leaves out what overflow: hidden could clip, and does so for whole
  // lines that are in plain sight; innerText leaves out what is not displayed.
  async #words(element) {
    const text = await this.#send('GET', `${this.session}/element/${element}/property/innerText`);
    return text.replace(/\s+/g, ' ').trim();
  }

  async attribute(selector, name) {
    const element = await this.find(selector);
    return this.#send('GET', `${this.session}/element/${element}/attribute/${name}`);
  }

  async value(selector) {
    const element = await this.find(selector);
    return this.#send('GET', `${this.session}/element/${element}/property/value`);
  }

  /** Waits until an element's text contains the words. */
  async reads(selector, words, options = {}) {
    let last = '';
    await poll(
      async () => {
        const [element] = await this.all(selector);
        if (!element) return false;
        last = await this.#words(element);
        return words instanceof RegExp ? words.test(last) : last.includes(words);
      },
      { what: () => `“${selector}” to read “${words}”, it reads “${last}”`, ...options },
    );
  }

  /** Replaces the text of a field. Element Clear fires no input event here. */
  async fill(selector, text) {
    await poll(
      async () => {
        const [element] = await this.all(selector);
        if (!element) return false;
        await this.keys(element, `${Key.control}a${Key.none}${Key.backspace}`);
        await this.keys(element, text);
        return true;
      },
      { what: `“${selector}” to be filled` },
    );
  }

  async press(selector, keys) {
    await this.keys(await this.find(selector), keys);
  }

  /** Types where the focus is, with keys held down. */
  async type(text, ...held) {
    const stroke = (type) => (value) => ({ type, value });
    const down = stroke('keyDown');
    const up = stroke('keyUp');
    const strokes = [...text].flatMap((key) => [down(key), up(key)]);
    const actions = [...held.map(down), ...strokes, ...held.toReversed().map(up)];
    await this.#send('POST', `${this.session}/actions`, { actions: [{ type: 'key', id: 'keyboard', actions }] });
  }

  /** Brings the pointer over the middle of an element. */
  async hover(selector) {
    await this.find(selector);
    const [x, y] = await this.run(
      `const { left, top, width, height } = document.querySelector(arguments[0]).getBoundingClientRect();
       return [Math.round(left + width / 2), Math.round(top + height / 2)];`,
      selector,
    );
    const move = { type: 'pointerMove', duration: 0, origin: 'viewport', x, y };
    const pointer = { type: 'pointer', id: 'mouse', parameters: { pointerType: 'mouse' }, actions: [move] };
    await this.#send('POST', `${this.session}/actions`, { actions: [pointer] });
  }

  async keys(element, text) {
    await this.#send('POST', `${this.session}/element/${element}/value`, { text });
  }

  async #send(method, path, body, signal = AbortSignal.timeout(ANSWER_MS)) {
    const response = await fetch(this.base + path, {
      method,
      signal,
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const { value } = await response.json();
    if (!response.ok) throw new WebDriverError(`${method} ${path}: ${value?.error}: ${value?.message}`);
    return value;
  }
}

/** What a program prints; one that fails prints nothing of use. */
async function output(program, args) {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'ignore'] });
  let printed = '';
  child.stdout.on('data', (data) => (printed += data));
  await once(child, 'close');
  return printed;
}

/** Whether a process is gone, or only waits to be counted by its parent. */
async function ended(pid) {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null);
  return stat === null || /\) [ZX] /.test(stat);
}

function end(pid) {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended meanwhile.
  }
}

/** What the driver refused; a stale element is a reason to look again. */
export class WebDriverError extends Error {}

/** Asks until the answer is truthy. Never a fixed sleep. */
export async function poll(ask, { timeout = 30_000, what = 'something' } = {}) {
  const deadline = Date.now() + timeout;
  let trouble;
  for (;;) {
    try {
      const answer = await ask();
      if (answer) return answer;
    } catch (error) {
      if (!(error instanceof WebDriverError) && error.cause?.code !== 'ECONNREFUSED') throw error;
      trouble = error;
    }
    if (Date.now() > deadline) {
      const name = typeof what === 'function' ? what() : what;
      assert.fail(`waited ${timeout / 1000} s for ${name}${trouble ? ` (${trouble.message})` : ''}`);
    }
    await pause(50);
  }
}
