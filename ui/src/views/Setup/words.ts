//! What the set-up says: in the words of the provider where it has its own.
import { language } from '../../i18n/index.svelte';
import type { AboutView } from '../../ipc/bindings';

/** The provider's text of a key, else ours. */
export function said(about: AboutView | null, key: string, ours: string): string {
  const operator = about?.operator;
  const texts = language() === 'de' ? operator?.texts_de : operator?.texts_en;
  return texts?.find((one) => one.key === key)?.text ?? ours;
}
