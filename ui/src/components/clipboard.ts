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
