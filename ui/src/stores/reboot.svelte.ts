//! The restart dialog: the question, the timeline, the end.
import type { Failure, RebootStepView, RebootView } from '../ipc/bindings';
import type { Client } from '../ipc/client';
import { asFailure } from '../ipc/errors';

export type RestartPhase = 'asking' | 'running' | 'back' | 'lost' | 'failed';

export class Restart {
  phase = $state<RestartPhase>('asking');
  steps = $state.raw<RebootStepView[]>([]);
  result = $state.raw<RebootView | null>(null);
  failure = $state.raw<Failure | null>(null);
  /** Seconds since the request, for the line that is being waited for. */
  elapsed = $state(0);
  private ticker: ReturnType<typeof setInterval> | undefined;

  constructor(
    private readonly client: Client,
    readonly udn: string,
  ) {}

  async run(): Promise<void> {
    this.phase = 'running';
    this.steps = [];
    this.elapsed = 0;
    const began = performance.now();
    this.ticker = setInterval(() => (this.elapsed = (performance.now() - began) / 1000), 250);
    try {
      this.result = await this.client.reboot(this.udn);
      this.phase = this.result.back ? 'back' : 'lost';
    } catch (reason) {
      this.failure = asFailure(reason);
      this.phase = 'failed';
    } finally {
      clearInterval(this.ticker);
    }
  }

  progress(step: RebootStepView): void {
    if (!this.steps.some((known) => known.phase === step.phase)) this.steps = [...this.steps, step];
  }
}
