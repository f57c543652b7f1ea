//! The profile report of a gateway.
import { language } from '../i18n/index.svelte';
import type { Failure, ProfileReportView } from '../ipc/bindings';
import type { Client } from '../ipc/client';
import { asFailure } from '../ipc/errors';

export class Profiles {
  phase = $state<'closed' | 'loading' | 'ready' | 'failed'>('closed');
  report = $state.raw<ProfileReportView | null>(null);
  failure = $state.raw<Failure | null>(null);
  /** The page it was written to. */
  file = $state<string | null>(null);

  constructor(
    private readonly client: Client,
    private readonly udn: string,
  ) {}

  async load(): Promise<void> {
    this.phase = 'loading';
    this.failure = null;
    this.file = null;
    try {
      this.report = await this.client.profileReport(this.udn);
      this.phase = 'ready';
    } catch (reason) {
      this.failure = asFailure(reason);
      this.phase = 'failed';
    }
  }

  async save(): Promise<void> {
    if (!this.report) return;
    this.failure = null;
    try {
      this.file = await this.client.saveProfileReport(this.report, language());
    } catch (reason) {
      this.failure = asFailure(reason);
    }
  }
}
