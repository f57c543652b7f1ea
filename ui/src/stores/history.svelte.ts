//! What was done to a gateway.
import type { Failure, HistoryView } from '../ipc/bindings';
import type { Client } from '../ipc/client';
import { asFailure } from '../ipc/errors';

export class History {
  phase = $state<'closed' | 'loading' | 'ready' | 'failed'>('closed');
  entries = $state.raw<HistoryView[]>([]);
  failure = $state.raw<Failure | null>(null);

  constructor(
    private readonly client: Client,
    private readonly udn: string,
  ) {}

  async load(): Promise<void> {
    this.phase = 'loading';
    this.failure = null;
    try {
      this.entries = await this.client.history(this.udn);
      this.phase = 'ready';
    } catch (reason) {
      this.failure = asFailure(reason);
      this.phase = 'failed';
    }
  }
}
