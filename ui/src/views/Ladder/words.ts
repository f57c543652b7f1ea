//! The fault ladder in words.
import { t, type MessageKey } from '../../i18n/index.svelte';
import type { Ladder, Layer, Rung, SessionView } from '../../ipc/bindings';

export function layerWord(layer: Layer): string {
  return t(`layer_${layer}` as MessageKey);
}

export function problemWord(rung: Rung): string {
  return t(`rung_problem_${rung.problem ?? 'down'}` as MessageKey);
}

export function purposeWord(ladder: Ladder): string {
  return ladder.purpose === 'wifi' && ladder.name
    ? t('ladder_purpose_wifi_of', { name: ladder.name })
    : t(`ladder_purpose_${ladder.purpose}` as MessageKey);
}

/** How a rung is, in words. */
export function stateWord(rung: Rung, name: string): string {
  return rung.state === 'broken' ? problemWord(rung) : t(`rung_${rung.state}` as MessageKey, { name });
}

export function brokenRung(ladder: Ladder): Rung | null {
  return ladder.broken === null ? null : (ladder.rungs[ladder.broken] ?? null);
}

/** The path requests use, from the one people see; the tree is found by it. */
export function upnpPath(shown: string, session: SessionView | null): string {
  if (shown.startsWith('/')) return shown;
  const root = session?.data_models[0]?.location ?? '/';
  const first = session?.index_base ?? 1;
  const [, ...parts] = shown.split('.');
  return root + parts.map((part) => (/^\d+$/.test(part) ? String(Number(part) - 1 + first) : part)).join('/');
}
