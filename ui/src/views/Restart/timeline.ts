//! Phases of a restart or a reset as lines: those that are expected, and what came besides.
import type { Step } from '../../components/Timeline.svelte';
import { seconds, t } from '../../i18n/index.svelte';
import type { RebootPhase, RebootStepView } from '../../ipc/bindings';

/** Every phase in the order in which they come, if they come. */
const ORDER: RebootPhase[] = [
  'sent', 'deferred', 'goodbye', 'gone', 'announced', 'reachable', 'new_certificate', 'secured', 'verified', 'differs',
];
/** Shown only when they happened. */
const BESIDES: RebootPhase[] = ['deferred', 'goodbye', 'new_certificate', 'differs'];

export interface Followed {
  name: string;
  reached: readonly RebootStepView[];
  /** The last phase that is hoped for; those behind it are left out. */
  goal: 'verified' | 'secured' | 'reachable';
  /** Seconds since the request. */
  elapsed: number;
  state: 'running' | 'done' | 'failed';
}

export function lines({ name, reached, goal, elapsed, state }: Followed): Step[] {
  const steps = new Map(reached.map((step) => [step.phase, step]));
  // It ends with one of these two, and another certificate ends a reset.
  const replaced = (phase: RebootPhase) =>
    (phase === 'verified' && steps.has('differs')) || (phase === 'secured' && steps.has('new_certificate'));
  const hoped = (phase: RebootPhase) => !BESIDES.includes(phase) && ORDER.indexOf(phase) <= ORDER.indexOf(goal);
  const shown = ORDER.filter((phase) => steps.has(phase) || (hoped(phase) && !replaced(phase)));
  // A gateway may be seen back before its farewell was heard: what lies behind is done.
  const last = shown.findLastIndex((phase) => steps.has(phase));
  return shown.map((phase, index) => {
    const step = steps.get(phase);
    const next = index === last + 1;
    const active = next && state === 'running';
    return {
      id: phase,
      label: t(`restart_${phase}`, { name }),
      state: index <= last ? 'done' : active ? 'active' : next && state === 'failed' ? 'failed' : 'waiting',
      aside: step ? aside(step) : active ? t('waiting_for', { time: seconds(elapsed) }) : undefined,
    };
  });
}

/** When it happened, and what it told of itself. */
function aside(step: RebootStepView): string {
  const facts = [
    step.boot_id === null ? null : t('restart_boot', { number: step.boot_id }),
    step.address === null ? null : t('restart_at', { address: step.address }),
    seconds(step.seconds),
  ];
  return facts.filter((fact) => fact !== null).join(' · ');
}
