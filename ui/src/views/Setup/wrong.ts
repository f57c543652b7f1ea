//! Where somebody goes on who is told that something is missing.
import { tick } from 'svelte';

/** Moves the focus to the first field of a form that is marked as wrong, once it is. */
export async function toFirstWrong(form: EventTarget | null): Promise<void> {
  await tick();
  if (form instanceof HTMLFormElement) form.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
}
