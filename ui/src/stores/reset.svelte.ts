//! Setting a gateway back: what is lost, the name typed, a snapshot first, the timeline, the end.
import type { Failure, ResetPlanView, ResetView, SnapshotHead } from '../ipc/bindings';
import type { Client } from '../ipc/client';
import { asFailure } from '../ipc/errors';
import { Phases } from './restart.svelte';

export type ResetPhase = 'loading' | 'asking' | 'saving' | 'running' | 'ended' | 'failed';

export class Reset extends Phases {
  phase = $state<ResetPhase>('loading');
  plan = $state.raw<ResetPlanView | null>(null);
  /** What was typed to confirm it; it stays when something fails. */
  typed = $state('');
  /** Whether its settings are saved first. */
  saveFirst = $state(true);
  saved = $state.raw<SnapshotHead | null>(null);
  result = $state.raw<ResetView | null>(null);
  failure = $state.raw<Failure | null>(null);

  confirmed = $derived(this.plan !== null && this.typed.trim() === this.plan.name.trim());
  /** What its settings can be restored from afterwards. */
  snapshot = $derived(this.saved ?? this.result?.snapshot ?? this.plan?.latest_snapshot ?? null);

  constructor(
    private readonly client: Client,
    readonly udn: string,
    /** The name of the snapshot that is taken. */
    private readonly snapshotName: string,
  ) {
    super();
  }

  /** Asks what there is to lose; nothing is changed. */
  async load(): Promise<void> {
    this.phase = 'loading';
    this.failure = null;
    try {
      this.plan = await this.client.resetPlan(this.udn);
      this.phase = 'asking';
    } catch (reason) {
      this.failure = asFailure(reason);
      this.phase = 'failed';
    }
  }

  /** Saves first when that is wanted; what cannot be saved is not reset. */
  async run(): Promise<void> {
    if (!this.confirmed || (this.phase !== 'asking' && this.phase !== 'failed')) return;
    this.failure = null;
    this.steps = [];
    try {
      if (this.saveFirst && !this.saved) {
        this.phase = 'saving';
        this.saved = await this.client.saveSnapshot(this.udn, this.snapshotName);
      }
      this.phase = 'running';
      this.begin();
      this.result = await this.client.reset(this.udn, this.typed, this.snapshot);
      this.phase = 'ended';
    } catch (reason) {
      this.failure = asFailure(reason);
      this.phase = 'failed';
    } finally {
      this.end();
    }
  }

  /** Back to the question, with all that was typed. */
  again(): void {
    if (this.plan) this.phase = 'asking';
    else void this.load();
  }
}
