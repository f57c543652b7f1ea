//! Which control fits an argument of an action, and a first look at what is typed.
//! The judgement that counts is made behind the window, against the SCPD.
import type { ActionView, ArgumentView } from '../ipc/bindings';

export type ArgumentKind = 'choice' | 'switch' | 'number' | 'secret' | 'document' | 'text';

const WHOLE = new Set(['ui1', 'ui2', 'ui4', 'ui8', 'i1', 'i2', 'i4', 'i8', 'int']);
const REAL = new Set(['r4', 'r8', 'number', 'fixed.14.4']);

export function isWhole(argument: ArgumentView): boolean {
  return argument.type !== null && WHOLE.has(argument.type);
}

export function kindOf(argument: ArgumentView): ArgumentKind {
  if (argument.allowed_values.length > 0) return 'choice';
  if (argument.type === 'boolean') return 'switch';
  if (argument.secret) return 'secret';
  if (isWhole(argument) || (argument.type !== null && REAL.has(argument.type))) return 'number';
  return argument.document ? 'document' : 'text';
}

/** What a field starts from: the default of the SCPD, where it fits. */
export function startOf(argument: ArgumentView): string {
  const given = argument.default ?? '';
  switch (kindOf(argument)) {
    case 'secret':
      return '';
    case 'choice':
      return argument.allowed_values.includes(given) ? given : (argument.allowed_values[0] ?? '');
    case 'switch':
      return /^(1|true|yes)$/i.test(given.trim()) ? '1' : '0';
    default:
      return given;
  }
}

export function startTexts(action: ActionView): Record<string, string> {
  return Object.fromEntries(action.inputs.map((argument) => [argument.name, startOf(argument)]));
}

/** A problem as text key and the values it names. */
export type ArgumentProblem =
  | { key: 'problem_whole_number' }
  | { key: 'problem_decimal' }
  | { key: 'problem_range'; values: { range: string } };

/** `least` and `greatest` are numbers in text; either may be missing. */
export function rangeText(argument: ArgumentView): string | null {
  if (argument.minimum === null && argument.maximum === null) return null;
  return `${argument.minimum ?? '…'} – ${argument.maximum ?? '…'}`;
}

/** What is wrong with a number, as far as it can be told without asking. */
export function checkArgument(argument: ArgumentView, text: string): ArgumentProblem | null {
  if (kindOf(argument) !== 'number') return null;
  const typed = text.trim();
  if (isWhole(argument)) {
    if (!/^[+-]?\d+$/.test(typed)) return { key: 'problem_whole_number' };
  } else if (!/^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(typed)) {
    return { key: 'problem_decimal' };
  }
  const value = Number(typed);
  const below = argument.minimum !== null && value < Number(argument.minimum);
  const above = argument.maximum !== null && value > Number(argument.maximum);
  const range = rangeText(argument);
  return range !== null && (below || above) ? { key: 'problem_range', values: { range } } : null;
}
