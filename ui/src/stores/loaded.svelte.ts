//! One page read from a gateway as a whole: not yet, on its way, there, or failed.
import type { Failure } from '../ipc/bindings';
import { asFailure } from '../ipc/errors';

export type LoadPhase = 'closed' | 'loading' | 'ready' | 'failed';

export class Loaded<T> {
  phase = $state<LoadPhase>('closed');
  failure = $state.raw<Failure | null>(null);
  /** What was read last; it stays while it is read again. */
  value = $state.raw<T | null>(null);

  constructor(private readonly ask: () => Promise<T>) {}

  async load(): Promise<void> {
    if (this.phase === 'loading') return;
    this.phase = 'loading';
    this.failure = null;
    try {
      this.value = await this.ask();
      this.phase = 'ready';
    } catch (reason) {
      this.failure = asFailure(reason);
      this.phase = 'failed';
    }
  }

  /** What came with another answer, instead of asking for it. */
  show(value: T): void {
    this.value = value;
    this.failure = null;
    this.phase = 'ready';
  }

  /** The gateway changed: whoever looks next reads again. */
  outdated(): void {
    if (this.phase !== 'loading') this.phase = 'closed';
  }

  /** The gateway is somebody else's now: nothing of it stays. */
  forget(): void {
    this.value = null;
    this.failure = null;
    this.phase = 'closed';
  }
}
