//! From a closed code and its facts to the words a person reads: what, why, what next.
import { language, lasting, list, t, type MessageKey } from '../i18n/index.svelte';
import type { Code, Failure, FailureKind, RoleCure, SoftwareProblem, TestProblem } from './bindings';

/** The act a panel offers first for a failure. */
export type Cure = 'retry' | 'search' | 'pair' | 'login' | 'pin' | 'value' | 'trust' | 'secrets' | 'none';

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
  KeyringUnavailable: 'secrets',
  NotVerified: 'retry',
  WeakTls: 'none',
};

const exactCodes = new Set<Code>(['Usage', 'ActionRefused', 'PinRejected', 'UnreadableAnswer']);

/** Kinds with sentences of their own; the others are said by their code. */
const told = [
  'pin_malformed',
  'pin_check_digit',
  'pin_first_half',
  'pin_second_half',
  'pin_refused',
  'gateway_unproven',
  'messages_forged',
  'setup_locked',
  'busy',
  'button_not_pressed',
  'pin_not_typed',
  'device_gave_up',
  'introduction_silent',
  'cancelled',
  'nothing_without_introduction',
  'confirmed_another',
  'protection_dropped',
  'weak_tls',
  'protection_weakened',
  'passphrase_wrong',
  'passphrase_short',
  'passphrase_missing',
  'not_paired',
  'not_proven',
  'no_pairing',
  'own_certificate_refused',
  'login_refused',
  'needs_role',
  'connection_lost',
  'no_secure_connection',
  'outcome_unknown',
  'too_large',
  'issue_one',
  'not_offered',
  'no_such_path',
  'read_only',
  'not_verified',
  'not_restarted',
] as const satisfies FailureKind['type'][];
type Told = (typeof told)[number];

function isTold(type: FailureKind['type']): type is Told {
  return (told as readonly string[]).includes(type);
}

/** The sentences for a failure of the gateway called `name`. */
export function failureWords(failure: Failure, name: string): FailureWords {
  const { kind } = failure;
  const own = isTold(kind.type);
  if (kind.type === 'test') return testWords(failure, kind.problem, name);
  if (kind.type === 'software') return softwareWords(failure, kind.problem, name);
  const what = t((own ? `fail_${kind.type}_what` : `failure_${failure.code}_what`) as MessageKey, { name });
  const why = own ? whyOf(kind, name) : whyOfCode(failure, name);
  const lines = [
    why === failure.message ? null : failure.message,
    failure.detail,
    failure.upnp_code === null ? null : t('failure_upnp_code', { code: failure.upnp_code }),
    failure.next,
  ];
  return {
    what: begun(what, name),
    why: begun(why, name),
    detail: lines.filter((line) => line).join('\n'),
    cure: kind.type === 'not_paired' || kind.type === 'not_proven' ? 'pair' : cures[failure.code],
  };
}

/** A gateway without a name begins a sentence with a capital. */
function begun(text: string, name: string): string {
  const nameless = t('the_gateway');
  if (name !== nameless) return text;
  const parts = text.split(nameless);
  return parts.reduce((before, after) => before + (/^$|[.!?] $/.test(before) ? nameless.charAt(0).toUpperCase() + nameless.slice(1) : nameless) + after);
}

/** A test that came to nothing; what the gateway or the network did is said as ever. */
function testWords(failure: Failure, problem: TestProblem, name: string): FailureWords {
  const type = problem.type === 'never_ends' && !problem.stopped ? 'still_runs' : problem.type;
  return {
    what: t('fail_test_what'),
    why: t(`fail_test_${type}` as MessageKey, { name }),
    detail: failure.message,
    cure: cures[failure.code],
  };
}

/** What a gateway says when a change of software fails, in words of ours. */
const SOFTWARE_ERRORS = ['Error_Network', 'Error_CorruptedFile', 'Error_DiskFull', 'Error_MissingDependency', 'Error_ConcurrentAccess'];

/** A change of software that came to nothing. */
function softwareWords(failure: Failure, problem: SoftwareProblem, name: string): FailureWords {
  const known = problem.type === 'failed' && SOFTWARE_ERRORS.includes(problem.error);
  const time = problem.type === 'never_ends' ? lasting(problem.after_s) : '';
  const info = problem.type === 'failed' ? problem.info : null;
  return {
    what: t('fail_software_what'),
    why: t(`fail_software_${known ? problem.error : problem.type}` as MessageKey, { name, time }),
    detail: [failure.message, info].filter((line) => line).join('\n'),
    cure: cures[failure.code],
  };
}

function whyOfCode(failure: Failure, name: string): string {
  // Where only the program knows the reason, its own sentence; it speaks English.
  const exact = language() === 'en' && exactCodes.has(failure.code) && failure.message !== '';
  return exact ? failure.message : t(`failure_${failure.code}_why` as MessageKey, { name });
}

/** Why, with the facts of the kind. */
function whyOf(kind: FailureKind, name: string): string {
  const key = `fail_${kind.type}_why` as MessageKey;
  switch (kind.type) {
    case 'setup_locked':
    case 'busy':
    case 'button_not_pressed':
    case 'pin_not_typed':
    case 'introduction_silent':
      return t(key, { name, time: lasting(kind.seconds) });
    case 'device_gave_up':
      return t(kind.pin_exposed ? 'fail_device_gave_up_exposed' : key, { name });
    case 'gateway_unproven':
      return t(kind.half === 2 ? 'fail_gateway_unproven_exposed' : key, { name });
    case 'messages_forged':
      return t(kind.pin_exposed ? 'fail_messages_forged_exposed' : key, { name });
    case 'passphrase_short':
      return t(key, { name, least: kind.least });
    case 'not_offered':
      return t(key, { name, what: kind.what });
    case 'no_such_path':
    case 'read_only':
      return t(key, { name, path: kind.path });
    case 'not_restarted':
      return t(kind.later ? 'fail_not_restarted_later' : key, { name, time: lasting(kind.seconds) });
    case 'not_verified':
      return t(key, { name, differing: kind.differing, sent: kind.sent });
    case 'needs_role':
      return roleWords(kind, name);
    default:
      return t(key, { name });
  }
}

function roleWords(kind: FailureKind & { type: 'needs_role' }, name: string): string {
  const needed = [...kind.roles, ...kind.restricted.filter((role) => !kind.roles.includes(role))];
  const sentences = [
    needed.length > 0 ? t('fail_needs_role_roles', { roles: anyOf(needed) }) : t('fail_needs_role_why', { name }),
    kind.held.length > 0 ? t('fail_needs_role_held', { roles: list(kind.held) }) : null,
    ...kind.cures.map(cureWords),
  ];
  return sentences.filter((sentence) => sentence).join(' ');
}

function anyOf(roles: string[]): string {
  return new Intl.ListFormat(language(), { type: 'disjunction' }).format(roles);
}

function cureWords(cure: RoleCure): string | null {
  if (cure.type === 'pair' || cure.names.length === 0) return null;
  return t(cure.type === 'log_in' ? 'cure_log_in' : 'cure_ask', { names: anyOf(cure.names) });
}

/** What helps against a missing role, best first; without facts, what usually does. */
export function roleCures(failure: Failure, isProtected: boolean): RoleCure['type'][] {
  const known = failure.kind.type === 'needs_role' ? failure.kind.cures : [];
  if (known.length > 0) return known.map((cure) => cure.type);
  return [isProtected ? 'log_in' : 'pair'];
}

/** Whom to log in as, when the gateway tells of exactly one. */
export function suggestedUser(failure: Failure): string {
  if (failure.kind.type !== 'needs_role') return '';
  const login = failure.kind.cures.find((cure) => cure.type === 'log_in');
  return login?.type === 'log_in' && login.names.length === 1 ? (login.names[0] ?? '') : '';
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
