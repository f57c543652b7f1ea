// What most journeys begin with: gateways, a fresh state, a window; and how they end.
import assert from 'node:assert/strict';
import { after, afterEach, before, it } from 'node:test';
import { Key, poll } from './driver.mjs';
import { freshState, id, journey, keepPicture, openWindow, pairByPin, startGateway } from './stage.mjs';

/** What the label of every gateway of the journeys says. */
export const PIN = '12345670';
/** What most of them are called. */
export const NAME = 'Hallway gateway';

/**
 * The setting of a `describe`: a gateway for every list of arguments, each with the PIN of the label,
 * and a window that is introduced to the first so many of them.
 *
 * What it hands out stands for whatever is open at the moment: `reopen` starts the program anew in
 * the same state. After every step a picture is kept as `PICTURES-STEP`.
 *
 * @param {object} wish
 * @param {string[][]} [wish.gateways] arguments of the simulated gateways
 * @param {() => Promise<object>} [wish.device] starts a device of another kind, kept as `gateway`
 * @param {number} [wish.paired] how many gateways the window is introduced to
 * @param {(state: { dir: string }) => object} [wish.env] further environment of the program
 * @param {[number, number]} [wish.size] of the window
 * @param {string | null} [wish.pictures] how the names of its pictures begin
 */
export function setting({ gateways: wanted = [], device, paired = 0, env = () => ({}), size, pictures = null }) {
  const now = { gateways: [], state: undefined, window: undefined };
  const open = async (more) => {
    now.window = await openWindow(now.state.dir, { ...env(now.state), ...more });
    if (size) await now.window.resize(...size);
  };

  before(async () => {
    for (const args of wanted) now.gateways.push(await startGateway(['--pin', PIN, ...args]));
    if (device) now.gateways.push(await device());
    now.state = await freshState();
    await open();
    for (const gateway of now.gateways.slice(0, paired)) await pairByPin(now.window, gateway.udn, PIN);
  });

  after(async () => {
    await now.window?.close();
    for (const gateway of now.gateways) await gateway.stop();
    await now.state?.remove();
  });

  afterEach(async (context) => {
    if (now.window && pictures !== null) await keepPicture(now.window, [pictures, ...context.name.split(' ')].filter(Boolean).join('-'));
  });

  /** Ends the program, if it still runs, and starts it anew. */
  async function reopen(more = {}) {
    await now.window?.close().catch(() => undefined);
    await open(more);
  }

  return {
    window: standsFor(() => now.window),
    state: standsFor(() => now.state),
    gateway: standsFor(() => now.gateways[0]),
    gateways: wanted.map((_, at) => standsFor(() => now.gateways[at])),
    step: journey(it),
    /** Ends the program as a power cut does, and starts it anew. */
    async cut(more = {}) {
      await now.window.kill();
      await open(more);
    },
    /** Closes the window as a person does; how long in ms it and the program lived on. */
    async leave(patience) {
      const { window: left } = now;
      now.window = undefined;
      return left.leave(patience);
    },
    reopen,
  };
}

/** Stands for something that is there later, or is another one later. */
function standsFor(what) {
  return new Proxy(
    {},
    {
      get(_, name) {
        const one = what();
        const value = one?.[name];
        return typeof value === 'function' ? value.bind(one) : value;
      },
    },
  );
}

/** Two hands on the keyboard: no mouse, nothing but what has the focus. */
export function keyboard(window) {
  const focused = () => window.run('return document.activeElement?.dataset?.testid ?? ""');
  const type = (text, ...held) => window.type(text, ...held);

  async function whenFocused(testid) {
    await poll(async () => (await focused()) === testid, { what: `the focus on ${testid}`, timeout: 60_000 });
  }

  /** Picks what fits some letters best in the palette or in quick open. */
  async function pick(key, list, words) {
    await type(key, Key.control);
    await whenFocused(`${list}-input`);
    await type(words);
    await window.find(id(`${list}-row`, '[aria-selected="true"]'));
    await type(Key.enter);
    await window.gone(id(list));
  }

  return {
    /** Types where the focus is; keys that are held come behind, as `Key.control`. */
    type,
    whenFocused,
    /** Goes on with Tab until something has the focus. */
    async tabTo(testid, most = 40) {
      await window.find(id(testid));
      for (let presses = 0; presses < most; presses += 1) {
        if ((await focused()) === testid) return;
        await type(Key.tab);
      }
      assert.fail(`${testid} is not reached by Tab, but ${await focused()}`);
    },
    /** Runs a command by some letters of its name. */
    command: (words) => pick('k', 'palette', words),
    /** Goes to a gateway or a setting by some letters. */
    goTo: (words) => pick('p', 'quick-open', words),
  };
}

/** Nothing is cut off at the right edge. */
export async function fits(window) {
  const spill = await window.run('return document.documentElement.scrollWidth - document.documentElement.clientWidth');
  assert.equal(spill, 0, 'something is wider than the window');
}

const SIZES = { wide: [1280, 800], narrow: [900, 700], large: [1920, 1080] };

/** The same screen in other sizes and colours, as pictures; it has to fit in each. */
export async function looks(window, name, sizes = ['wide', 'narrow', 'large']) {
  const theme = (dark) => window.run(`document.documentElement.dataset.theme = arguments[0]`, dark ? 'dark' : 'light');
  for (const size of sizes) {
    await window.resize(...SIZES[size]);
    await fits(window);
    for (const dark of [false, true]) {
      await theme(dark);
      await keepPicture(window, `${name}-${size}${dark ? '-dark' : ''}`);
    }
  }
  await theme(false);
  await window.resize(...SIZES.wide);
}
