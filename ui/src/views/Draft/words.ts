//! A change in a sentence, and the mark of where it stands.
import { t } from '../../i18n/index.svelte';
import type { EditState, EditView } from '../../ipc/bindings';
import { isOn } from '../../stores/values';
import type { MarkTone } from '../../components/Mark.svelte';

/** Icon and colour of a state; the word comes from the texts. */
export const tones: Record<EditState, MarkTone> = {
  draft: 'draft',
  sending: 'busy',
  verified: 'verified',
  accepted: 'accepted',
  pending: 'info',
  differs: 'danger',
  refused: 'danger',
  unknown: 'muted',
};

/** `WiFi.SSID.1` and `SSID` of `Device.WiFi.SSID.1.SSID`, in either notation. */
export function splitPath(path: string): { object: string; name: string } {
  const separator = path.startsWith('/') ? '/' : '.';
  const parts = path.split(separator).filter((part) => part.length > 0);
  const name = parts.pop() ?? path;
  return { object: parts.slice(1).join(separator) || parts.join(separator), name };
}

/** What a sentence needs of a change. */
export type Told = Pick<EditView, 'kind' | 'path' | 'old' | 'new' | 'secret'>;

/** "SSID of WiFi.SSID.1 changes from A to B." */
export function sentence(edit: Told): string {
  const { object, name } = splitPath(edit.path);
  if (edit.kind === 'create') return t('change_create', { object });
  if (edit.kind === 'delete') return t('change_delete', { object: separated(object, edit.path) + name });
  if (edit.secret) return t('change_secret', { name, object });
  if (isSwitch(edit, name)) return t(isOn(edit.new) ? 'change_on' : 'change_off', { name, object });
  return t('change_value', { name, object, old: shown(edit.old), new: shown(edit.new) });
}

/** An object before a name, in the notation of its path. */
function separated(object: string, path: string): string {
  return object === '' ? '' : `${object}${path.startsWith('/') ? '/' : '.'}`;
}

/** Booleans are spelt `true` or `1`; a bare digit is one only under a name that says so. */
function isSwitch(edit: Told, name: string): boolean {
  if (/^(true|false)$/i.test(edit.new ?? '')) return true;
  return /^[01]$/.test(edit.new ?? '') && /Enabled?$/.test(name);
}

/** A value in a sentence; what is not there has a word. */
export function shown(value: string | null): string {
  if (value === null) return t('value_unknown_short');
  return value === '' ? t('value_empty') : value;
}
