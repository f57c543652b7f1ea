//! Which control fits a parameter, and a first look at what is typed into it.
//! The judgement that counts is made behind the window when a value is staged.
import type { FactView, NodeDetailsView } from '../ipc/bindings';

export type EditorKind = 'switch' | 'choice' | 'number' | 'text' | 'secret';

/** A problem as text key and the values it names. */
export type ValueProblem =
  | { key: 'problem_whole_number' }
  | { key: 'problem_decimal' }
  | { key: 'problem_range'; values: { range: string } }
  | { key: 'problem_not_negative' }
  | { key: 'problem_too_long'; values: { max: number; actual: number } }
  | { key: 'problem_choice' };

const WHOLE = new Set(['int', 'unsignedInt', 'long', 'unsignedLong']);

export function typeOf(details: NodeDetailsView): string | null {
  return details.fact?.type ?? details.node.type;
}

export function editorFor(details: NodeDetailsView): EditorKind {
  if (details.node.secret) return 'secret';
  const type = typeOf(details);
  if (type === 'boolean') return 'switch';
  if (details.fact && details.fact.enumeration.length > 0 && !details.fact.list) return 'choice';
  if (type !== null && (WHOLE.has(type) || type === 'decimal') && !details.fact?.list) return 'number';
  return 'text';
}

/** Whether a boolean text means on. */
export function isOn(value: string | null): boolean {
  return value === '1' || value?.toLowerCase() === 'true';
}

/** On or off in the spelling the gateway uses itself. */
export function switchText(on: boolean, present: string | null): string {
  if (present === '0' || present === '1') return on ? '1' : '0';
  return on ? 'true' : 'false';
}

/** What is wrong with a text, as far as it can be told without asking. */
export function checkValue(text: string, type: string | null, fact: FactView | null): ValueProblem | null {
  if (fact?.list) return null;
  if (type !== null && WHOLE.has(type)) {
    if (!/^[+-]?\d+$/.test(text.trim())) return { key: 'problem_whole_number' };
    const value = BigInt(text.trim().replace(/^\+/, ''));
    if (fact?.range && !withinRange(value, fact.range)) {
      return { key: 'problem_range', values: { range: fact.range } };
    }
    if (type.startsWith('unsigned') && value < 0n) return { key: 'problem_not_negative' };
    return null;
  }
  if (type === 'decimal') return /^[+-]?(\d+\.?\d*|\.\d+)$/.test(text.trim()) ? null : { key: 'problem_decimal' };
  if (fact && fact.enumeration.length > 0 && !fact.enumeration.includes(text)) return { key: 'problem_choice' };
  const length = [...text].length;
  if (fact?.max_length != null && length > fact.max_length) {
    return { key: 'problem_too_long', values: { max: fact.max_length, actual: length } };
  }
  return null;
}

/** Reads `1 … 4094`, `≥ 5`, `≤ 9`, single numbers and lists of them; anything else allows everything. */
function withinRange(value: bigint, range: string): boolean {
  const parts = range.split(',').map((part) => part.trim());
  const spans = parts.map((part) => {
    const both = /^(-?\d+)\s*(?:…|to)\s*(-?\d+)$/.exec(part);
    if (both?.[1] !== undefined && both[2] !== undefined) return [BigInt(both[1]), BigInt(both[2])] as const;
    const least = /^≥\s*(-?\d+)$/.exec(part);
    if (least?.[1] !== undefined) return [BigInt(least[1]), null] as const;
    const most = /^≤\s*(-?\d+)$/.exec(part);
    if (most?.[1] !== undefined) return [null, BigInt(most[1])] as const;
    const one = /^(-?\d+)$/.exec(part);
    if (one?.[1] !== undefined) return [BigInt(one[1]), BigInt(one[1])] as const;
    return null;
  });
  if (spans.some((span) => span === null)) return true;
  return spans.some(
    (span) => span !== null && (span[0] === null || value >= span[0]) && (span[1] === null || value <= span[1]),
  );
}

/** Short form of the units the data models use. */
export function unitText(units: string): string {
  const short: Record<string, string> = {
    seconds: 's',
    milliseconds: 'ms',
    microseconds: 'µs',
    minutes: 'min',
    percent: '%',
    bytes: 'B',
    kilobytes: 'kB',
  };
  return short[units.toLowerCase()] ?? units;
}
