//! Copying text, wherever the window runs.

/** Copies; false when the web view does not let us. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // Web views without the clipboard permission still honour a selection. An open dialog
    // makes everything outside it inert, so the field goes where the focus is.
    const before = document.activeElement;
    const field = document.createElement('textarea');
    field.value = text;
    field.style.position = 'fixed';
    field.style.opacity = '0';
    (document.querySelector('dialog[open]') ?? document.body).append(field);
    field.select();
    const copied = document.execCommand?.('copy') ?? false;
    field.remove();
    if (before instanceof HTMLElement) before.focus();
    return copied;
  }
}

/**
 * Copies a text that is still on its way; false when there is none. A web view lets copy
 * only what was begun by a click, so the clipboard is asked before the text is there.
 */
export async function copyLater(coming: Promise<string | null>): Promise<boolean> {
  const text = coming.then((found) => found ?? Promise.reject(new Error('nothing to copy')));
  if (typeof ClipboardItem === 'function' && navigator.clipboard?.write) {
    try {
      const blob = text.then((found) => new Blob([found], { type: 'text/plain' }));
      // A refusal is heard through `text`; here it would go unheard.
      blob.catch(() => undefined);
      await navigator.clipboard.write([new ClipboardItem({ 'text/plain': blob })]);
      return true;
    } catch {
      // Without promises inside, or refused: as any other text, below.
    }
  }
  return text.then(copyText, () => false);
}
