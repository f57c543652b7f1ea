//! What the keyboard shortcuts need to know of the page.
import { copyText } from '../../components/clipboard';
import type { Hands } from '../../stores/commands/registry';

export const SEARCH_ID = 'tree-search';
export const TREE_ID = 'tree-list';

export function focusSearch(): void {
  const field = document.getElementById(SEARCH_ID);
  if (field instanceof HTMLInputElement) {
    field.focus();
    field.select();
  }
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
  document.querySelector<HTMLElement>('[data-editor]')?.focus();
}

/** What commands do to the page. */
export const hands: Hands = { focusSearch, focusEditor, copy: copyText };
