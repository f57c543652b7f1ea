//! From a closed code to the words a person reads: what, why, what next.
import { language, t, type MessageKey } from '../i18n/index.svelte';
import type { Code, Failure } from './bindings';

/** The act a panel offers first for a failure. */
export type Cure = 'retry' | 'search' | 'pair' | 'login' | 'pin' | 'value' | 'trust' | 'none';

export interface FailureWords {
  what: string;
  why: string;
  detail: string;
  cure: Cure;
}

const cures: Record<Code, Cure> = {
  Internal: 'retry',
  Usage: 'value',
  Unreachable: 'retry',
  NotAuthorized: 'login',
  PinRejected: 'pin',
  IdentityChanged: 'trust',
  ActionRefused: 'value',
  UnreadableAnswer: 'retry',
  KeyringUnavailable: 'retry',
  NotVerified: 'retry',
  WeakTls: 'none',
};

const exactCodes = new Set<Code>(['Usage', 'ActionRefused', 'PinRejected', 'UnreadableAnswer']);

/** The sentences for a failure of the gateway called `name`. */
export function failureWords(failure: Failure, name: string): FailureWords {
  const what = t(`failure_${failure.code}_what` as MessageKey, { name });
  const general = t(`failure_${failure.code}_why` as MessageKey, { name });
  // Where only the program knows the reason, its own sentence; it speaks English.
  const exact = language() === 'en' && exactCodes.has(failure.code) && failure.message !== '';
  const why = exact ? failure.message : general;
  const lines = [
    why === failure.message ? null : failure.message,
    failure.detail,
    failure.upnp_code === null ? null : t('failure_upnp_code', { code: failure.upnp_code }),
    failure.next,
  ];
  return {
    what,
    why,
    detail: lines.filter((line) => line).join('\n'),
    cure: cures[failure.code],
  };
}

/** Whatever a call rejected with, as a `Failure`. */
export function asFailure(reason: unknown): Failure {
  if (typeof reason === 'object' && reason !== null && 'code' in reason && 'message' in reason) {
    return { ...unexplained, ...(reason as object) } as Failure;
  }
  return {
    code: 'Internal',
    message: t('failure_Internal_why'),
    ...unexplained,
    detail: reason instanceof Error ? reason.message : String(reason),
  };
}

/** What a failure that did not come from the program leaves open. */
const unexplained = {
  detail: null,
  upnp_code: null,
  next: null,
  kind: { type: 'internal' },
  gateway: null,
  step: null,
} satisfies Partial<Failure>;
