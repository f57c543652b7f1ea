//! “Why do I see nothing?”: one check of the network, and what came of it.
import type { DoctorView, Failure } from '../ipc/bindings';
import type { Client } from '../ipc/client';
import { asFailure } from '../ipc/errors';

export type DoctorPhase = 'busy' | 'done' | 'failed';

export class Doctor {
  phase = $state<DoctorPhase>('busy');
  view = $state.raw<DoctorView | null>(null);
  failure = $state.raw<Failure | null>(null);

  problems = $derived(this.view?.findings.filter((one) => one.severity === 'problem') ?? []);
  hints = $derived(this.view?.findings.filter((one) => one.severity === 'hint') ?? []);
  works = $derived(this.view?.findings.filter((one) => one.severity === 'ok') ?? []);

  constructor(private readonly client: Client) {}

  async run(): Promise<void> {
    this.phase = 'busy';
    this.failure = null;
    try {
      this.view = await this.client.whyNothing();
      this.phase = 'done';
    } catch (reason) {
      this.failure = asFailure(reason);
      this.phase = 'failed';
    }
  }
}
