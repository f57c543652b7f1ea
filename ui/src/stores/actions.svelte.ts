//! The actions of one device: the list its SCPDs give, one form, one call at a time, and
//! the calls made so far. All of it lives in memory only.
import type {
  ActionView,
  ArgumentValue,
  CallView,
  CommandLinesView,
  DeviceActionsView,
  Failure,
  ServiceActionsView,
} from '../ipc/bindings';
import type { Client } from '../ipc/client';
import { asFailure } from '../ipc/errors';
import { checkArgument, startTexts } from './arguments';

/** Calls kept. */
export const HISTORY_LIMIT = 20;
/** Characters of a value kept in an earlier call. */
const KEPT_CHARACTERS = 100_000;

export type ListPhase = 'closed' | 'loading' | 'ready' | 'failed';
export type CallPhase = 'idle' | 'asking' | 'calling';

/** A call that came to its end. */
export interface PastCall {
  id: number;
  time: string;
  service: string;
  serviceName: string;
  action: string;
  /** What was sent; `null` stands for a secret, which is not kept. */
  given: { name: string; value: string | null }[];
  result: CallView | null;
  failure: Failure | null;
  /** Roles that may call it, when it was refused for the role. */
  needed: string[];
}

export interface WrittenLine {
  way: 'curl' | 'cli';
  lines: CommandLinesView;
}

export class Actions {
  phase = $state<ListPhase>('closed');
  failure = $state.raw<Failure | null>(null);
  view = $state.raw<DeviceActionsView | null>(null);
  search = $state('');

  /** Key of the service and name of the action in the form. */
  chosen = $state.raw<{ service: string; action: string } | null>(null);
  texts = $state<Record<string, string>>({});
  callPhase = $state<CallPhase>('idle');
  /** Seconds since the request, while it runs. */
  elapsed = $state(0);
  /** The call whose end is on the screen. */
  shown = $state.raw<PastCall | null>(null);
  history = $state.raw<PastCall[]>([]);

  written = $state.raw<WrittenLine | null>(null);
  writing = $state<'curl' | 'cli' | null>(null);
  writtenFailure = $state.raw<Failure | null>(null);

  private count = 0;

  constructor(
    private readonly client: Client,
    readonly udn: string,
  ) {}

  service = $derived.by<ServiceActionsView | null>(
    () => this.view?.services.find((service) => service.key === this.chosen?.service) ?? null,
  );
  action = $derived.by<ActionView | null>(
    () => this.service?.actions.find((action) => action.name === this.chosen?.action) ?? null,
  );
  /** Services with the actions that match the search; all words, in any place. */
  found = $derived.by<ServiceActionsView[]>(() => {
    const words = this.search.toLowerCase().split(/\s+/).filter((word) => word);
    const all = this.view?.services ?? [];
    if (words.length === 0) return all;
    return all
      .map((service) => ({
        ...service,
        actions: service.actions.filter((action) => {
          const hay = `${service.name} ${action.name}`.toLowerCase();
          return words.every((word) => hay.includes(word));
        }),
      }))
      .filter((service) => service.actions.length > 0);
  });
  total = $derived((this.view?.services ?? []).reduce((sum, service) => sum + service.actions.length, 0));
  /** Fields that cannot be sent as they are. */
  wrong = $derived((this.action?.inputs ?? []).filter((one) => checkArgument(one, this.texts[one.name] ?? '')));

  async load(): Promise<void> {
    if (this.phase === 'loading') return;
    this.phase = 'loading';
    this.failure = null;
    try {
      this.view = await this.client.deviceActions(this.udn);
      this.phase = 'ready';
    } catch (reason) {
      this.failure = asFailure(reason);
      this.phase = 'failed';
    }
  }

  choose(service: string, action: string): void {
    if (this.callPhase === 'calling') return;
    if (this.chosen?.service === service && this.chosen.action === action) return;
    this.chosen = { service, action };
    this.callPhase = 'idle';
    this.shown = null;
    this.clearWritten();
    this.texts = this.action ? startTexts(this.action) : {};
  }

  /** A field was typed in: lines written before no longer say the same. */
  clearWritten(): void {
    this.written = null;
    this.writtenFailure = null;
  }

  /** The person pressed the button; what changes something is asked about once more. */
  async press(): Promise<void> {
    if (!this.action || this.callPhase !== 'idle' || this.wrong.length > 0) return;
    if (this.action.changes) this.callPhase = 'asking';
    else await this.call();
  }

  cancel(): void {
    if (this.callPhase === 'asking') this.callPhase = 'idle';
  }

  async confirm(): Promise<void> {
    if (this.callPhase === 'asking') await this.call();
  }

  /** The same call as a command line; nothing is sent to the device. */
  async write(way: 'curl' | 'cli'): Promise<string | null> {
    const { action, service } = this;
    if (!action || !service || this.writing) return null;
    this.clearWritten();
    this.writing = way;
    try {
      // A secret has no business in a command line: it does not even leave the form.
      const given = this.given(action).map((one) => (secretOf(action, one.name) ? { ...one, value: '' } : one));
      const lines = await this.client.callLines(this.udn, service.key, action.name, given);
      if (this.action !== action) return null;
      this.written = { way, lines };
      return lines[way];
    } catch (reason) {
      this.writtenFailure = asFailure(reason);
      return null;
    } finally {
      this.writing = null;
    }
  }

  /** Brings an earlier call back: its fields, without secrets, and its end. */
  recall(past: PastCall): void {
    if (this.callPhase !== 'idle') return;
    this.chosen = { service: past.service, action: past.action };
    this.clearWritten();
    this.texts = Object.fromEntries(past.given.map((one) => [one.name, one.value ?? '']));
    this.shown = past;
  }

  forgetHistory(): void {
    this.history = [];
    this.shown = null;
  }

  private given(action: ActionView): ArgumentValue[] {
    return action.inputs.map((argument) => ({ name: argument.name, value: this.texts[argument.name] ?? '' }));
  }

  private async call(): Promise<void> {
    const { action, service } = this;
    if (!action || !service) return;
    const given = this.given(action);
    this.callPhase = 'calling';
    this.shown = null;
    this.elapsed = 0;
    const began = performance.now();
    const ticker = setInterval(() => (this.elapsed = (performance.now() - began) / 1000), 250);
    const past: PastCall = {
      id: (this.count += 1),
      time: new Date().toISOString(),
      service: service.key,
      serviceName: service.name,
      action: action.name,
      given: given.map((one) => (secretOf(action, one.name) || holdsSecret(one.value) ? { ...one, value: null } : one)),
      result: null,
      failure: null,
      needed: [],
    };
    try {
      past.result = await this.client.callAction(this.udn, service.key, action.name, given);
    } catch (reason) {
      past.failure = asFailure(reason);
      if (past.failure.code === 'NotAuthorized') past.needed = await this.neededRoles(past);
    } finally {
      clearInterval(ticker);
    }
    this.history = [past, ...this.history.map(shortened)].slice(0, HISTORY_LIMIT);
    this.shown = past;
    this.callPhase = 'idle';
  }

  /** Not every device tells; then nothing is said about it. */
  private async neededRoles(past: PastCall): Promise<string[]> {
    try {
      return (await this.client.rolesForCall(this.udn, past.service, past.action)).needed;
    } catch {
      return [];
    }
  }
}

function secretOf(action: ActionView, name: string): boolean {
  return action.inputs.some((argument) => argument.name === name && argument.secret);
}

/** A document may carry a password inside; better forgotten once too often. */
function holdsSecret(value: string): boolean {
  return /^\s*(<|&lt;)/.test(value) && /password|passphrase|passwd|secret|credential|key|pin\b/i.test(value);
}

/** Twenty parameter trees of many megabytes are not worth keeping. */
function shortened(past: PastCall): PastCall {
  if (!past.result?.out.some((one) => one.value.length > KEPT_CHARACTERS)) return past;
  const out = past.result.out.map((one) => ({ ...one, value: one.value.slice(0, KEPT_CHARACTERS) }));
  return { ...past, result: { ...past.result, out } };
}
