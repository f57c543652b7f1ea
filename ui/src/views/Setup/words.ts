//! What the set-up says: in the words of the provider where it has its own.
import { language, t, tn } from '../../i18n/index.svelte';
import type { AboutView, BegunPassword } from '../../ipc/bindings';

/** The provider's text of a key, else ours. */
export function said(about: AboutView | null, key: string, ours: string): string {
  const operator = about?.operator;
  const texts = language() === 'de' ? operator?.texts_de : operator?.texts_en;
  return texts?.find((one) => one.key === key)?.text ?? ours;
}

/** What is said under an empty field of a password that is known already; nothing otherwise. */
export function keptWords(typed: string, inDraft: boolean, begun: BegunPassword | null): string | null {
  if (typed !== '') return null;
  if (begun?.problem === null) return tn('setup_password_begun', begun.characters);
  if (inDraft) return t('setup_password_kept');
  return begun ? tn('setup_password_short', begun.characters) : null;
}
