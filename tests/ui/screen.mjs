// What every screen has to stand: all of it reached by Tab and seen where the focus is, nothing for
// a checker of accessibility to find, and pictures in every size and colour.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { Key, poll } from './driver.mjs';
import { looks } from './setting.mjs';
import { id } from './stage.mjs';

const AXE = new URL('../../ui/node_modules/axe-core/axe.min.js', import.meta.url);

/** Words of the page for what follows: numbers of elements, what Tab should reach, how the focus is seen. */
const PAGE = `
  const known = (window.lansideNumbers ??= new Map());
  const numberOf = (one) => known.get(one) ?? (known.set(one, known.size + 1), known.size);
  const nameOf = (one) => one.dataset?.testid || one.getAttribute?.('aria-label') || one.textContent?.trim().slice(0, 40) || one.tagName;
  const shown = (one) => one.checkVisibility({ visibilityProperty: true });
  function reachable() {
    const dialogs = document.querySelectorAll('dialog[open]');
    const scope = dialogs[dialogs.length - 1] ?? document;
    const all = [...scope.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex]')];
    return all.filter((one) => {
      if (one.tabIndex < 0 || one.disabled || !shown(one) || one.closest('[inert]')) return false;
      if (one.tagName === 'SUMMARY' && one.parentElement.querySelector('summary') !== one) return false;
      // Arrows move between the choices of one question.
      if (one.type !== 'radio' || one.checked) return true;
      const group = all.filter((other) => other.type === 'radio' && other.name === one.name);
      return !group.some((other) => other.checked) && group[0] === one;
    });
  }
  /** Whether some of it is in sight, and nothing lies on it. */
  function inSight(one) {
    const box = (one.matches('.visually-hidden') ? (one.closest('label') ?? one) : one).getBoundingClientRect();
    const [left, right] = [Math.max(0, box.left), Math.min(innerWidth, box.right)];
    const [top, bottom] = [Math.max(0, box.top), Math.min(innerHeight, box.bottom)];
    if (right < left || bottom < top) return false;
    const at = document.elementFromPoint(Math.min((left + right) / 2, innerWidth - 1), Math.min((top + bottom) / 2, innerHeight - 1));
    return at !== null && (one.contains(at) || at.contains(one) || one.closest('label')?.contains(at) === true);
  }
  /** The line around it, around what it stands for, or around its active part. */
  function ringed(one) {
    // A splitter is a line itself: it takes the colour.
    if (one.role === 'separator') return getComputedStyle(one, '::after').backgroundColor !== 'rgba(0, 0, 0, 0)';
    const active = document.getElementById(one.getAttribute('aria-activedescendant') ?? '');
    const label = one.closest('label');
    return [one, active, label, one.parentElement].some((part) => {
      if (!part) return false;
      const { outlineStyle, outlineWidth } = getComputedStyle(part);
      return outlineStyle !== 'none' && parseFloat(outlineWidth) >= 1;
    });
  }
`;

/** Looks at screens as somebody does who has no mouse, and as somebody who does not see. */
export function eyes(window) {
  const page = (body, ...args) => window.run(`${PAGE} ${body}`, ...args);
  const focused = () =>
    page(`const one = document.activeElement; return one === document.body ? 0 : numberOf(one);`);

  /** What axe finds, in both colours; contrast can only be measured where something is drawn. */
  async function heard(name) {
    if (!(await window.run('return Boolean(window.axe);'))) await window.run(await readFile(AXE, 'utf8'));
    for (const theme of ['light', 'dark']) {
      const found = await window.run(
        `document.documentElement.dataset.theme = arguments[0];
         // A colour on its way is none anybody chose: it goes to its end at once.
         for (const one of document.getAnimations()) if (one instanceof CSSTransition) one.finish();
         const dialogs = document.querySelectorAll('dialog[open]');
         return axe.run(dialogs[dialogs.length - 1] ?? document, {
           resultTypes: ['violations'],
           ...(arguments[0] === 'dark' ? { runOnly: ['color-contrast'] } : { rules: { region: { enabled: false }, 'page-has-heading-one': { enabled: false } } }),
         }).then(({ violations }) => violations.map((one) => one.id + ': ' + one.nodes.map((node) => node.html.slice(0, 200)).join(' | ')));`,
        theme,
      );
      assert.deepEqual(found, [], `axe on ${name}, ${theme}`);
    }
    await window.run(`document.documentElement.dataset.theme = 'light';`);
  }

  /** Goes once around with Tab: everything is reached, and the focus is in sight wherever it is. */
  async function around(name) {
    const look = () =>
      page(`const one = document.activeElement;
        if (one === document.body || one.tabIndex < 0) return null;
        const said = () => ({ number: numberOf(one), name: nameOf(one), inSight: inSight(one), ringed: ringed(one) });
        // A colour may take a moment to change, and a list to scroll.
        const after = (tries) => tries === 0 || (inSight(one) && ringed(one)) ? said()
          : new Promise((done) => setTimeout(() => done(after(tries - 1)), 50));
        return after(20);`);
    const left = async (reached) =>
      page(`return reachable().filter((one) => !arguments[0].includes(numberOf(one))).map(nameOf);`, [...reached]);
    const reached = new Set();
    const hidden = [];
    const most = 2 * (await left([])).length + 10;
    for (let presses = 0; presses < most && (await left(reached)).length > 0; presses += 1) {
      await window.type(Key.tab);
      const at = await look();
      if (!at || reached.has(at.number)) continue;
      reached.add(at.number);
      if (!at.inSight) hidden.push(`${at.name} is out of sight`);
      if (!at.ringed) hidden.push(`${at.name} shows no focus`);
    }
    // Where there is only one place to be, the caret says enough.
    if (reached.size === 1) hidden.length = 0;
    assert.deepEqual(await left(reached), [], `not reached by Tab on ${name}`);
    assert.deepEqual(hidden, [], `the focus on ${name}`);
  }

  /** A screen: where the focus is when it opens, the way around it, what axe says, its pictures. */
  async function screen(name, focus) {
    if (focus) {
      const at = () => window.run(`const one = document.activeElement; return one?.dataset?.testid ?? one?.className.split(' ')[0] ?? '';`);
      let last = '';
      await poll(async () => focus === (last = await at()), { what: () => `the focus on ${focus} of ${name}, it is on “${last}”` });
    }
    await looks(window, name);
    await heard(name);
    await around(name);
  }

  return {
    screen,
    /**
     * A dialog: opened with the keys, looked at, left with Escape; the focus is again where it was.
     *
     * @param {string} name of its pictures
     * @param {() => Promise<void>} open
     * @param {{ dialog: string, focus?: string, inside?: () => Promise<void> }} what test ids of the dialog and of what has the
     *   focus first (`frame` when nothing is typed in it), and what is done in it before it is left
     */
    async dialog(name, open, { dialog, focus = 'frame', inside }) {
      const before = await focused();
      await open();
      await window.find(id(dialog, '[open]'));
      await screen(name, focus);
      await inside?.();
      await window.type(Key.escape);
      await window.gone(id(dialog));
      await poll(async () => (await focused()) === before, {
        what: () => `the focus to be back after ${name}`,
      });
    },
  };
}
