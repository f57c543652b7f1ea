//! What a gateway tells everybody before it is paired. Asking changes nothing there.
import type { CardView, Failure } from '../ipc/bindings';
import type { Client } from '../ipc/client';
import { asFailure } from '../ipc/errors';

export type CardPhase = 'unasked' | 'asking' | 'told' | 'failed';

export class Card {
  phase = $state<CardPhase>('unasked');
  /** The last answer; it stays in sight while it is asked again. */
  view = $state.raw<CardView | null>(null);
  failure = $state.raw<Failure | null>(null);

  constructor(
    private readonly client: Client,
    readonly udn: string,
  ) {}

  async ask(): Promise<void> {
    if (this.phase === 'asking') return;
    this.phase = 'asking';
    this.failure = null;
    try {
      this.view = await this.client.show(this.udn);
      this.phase = 'told';
    } catch (reason) {
      this.failure = asFailure(reason);
      this.phase = 'failed';
    }
  }
}
