//! What the keyboard shortcuts need to know of the page.
import { tick } from 'svelte';
import { copyText } from '../../components/clipboard';
import type { Hands } from '../../stores/commands/registry';

/** The first of its kind in the gateway in front. */
function inFront<T extends HTMLElement>(selector: string): T | null {
  return document.querySelector('[data-pane="front"]')?.querySelector<T>(selector) ?? document.querySelector<T>(selector);
}

export function focusSearch(): void {
  const field = inFront<HTMLInputElement>('[data-search]');
  field?.focus();
  field?.select();
}

/** Moves the focus to the gateway in front. */
export function focusPane(): void {
  // After the change is drawn: which one is in front may just have changed.
  const places = ['[role="tree"], [role="grid"], [role="listbox"]', '[data-testid^="area-"][aria-selected="true"]', '[role="tab"][aria-selected="true"]', 'button, input'];
  void tick().then(() => places.map((one) => inFront(one)).find((one) => one !== null)?.focus());
}

/** Whether a key belongs to a field somebody types in. */
export function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.tagName === 'INPUT' || target.tagName === 'TEXTAREA' || target.tagName === 'SELECT')
  );
}

/** Moves the focus to the editor of the selected parameter. */
export function focusEditor(): void {
  inFront('[data-editor]')?.focus();
}

/** What commands do to the page. */
export const hands: Hands = { focusSearch, focusEditor, focusPane, copy: copyText };
