//! The restart dialog: the question, the timeline, the end.
import type { Failure, RebootStepView, RebootView } from '../ipc/bindings';
import type { Client } from '../ipc/client';
import { asFailure } from '../ipc/errors';

export type RestartPhase = 'asking' | 'running' | 'back' | 'lost' | 'failed';

/** What a restart and a reset share: phases as they come, and the time since the request. */
export class Phases {
  steps = $state.raw<RebootStepView[]>([]);
  /** Seconds since the request, for the line that is being waited for. */
  elapsed = $state(0);
  private ticker: ReturnType<typeof setInterval> | undefined;

  progress(step: RebootStepView): void {
    if (!this.steps.some((known) => known.phase === step.phase)) this.steps = [...this.steps, step];
  }

  protected begin(): void {
    this.steps = [];
    this.elapsed = 0;
    const began = performance.now();
    clearInterval(this.ticker);
    this.ticker = setInterval(() => (this.elapsed = (performance.now() - began) / 1000), 250);
  }

  protected end(): void {
    clearInterval(this.ticker);
  }
}

export class Restart extends Phases {
  phase = $state<RestartPhase>('asking');
  result = $state.raw<RebootView | null>(null);
  failure = $state.raw<Failure | null>(null);
  /** Seconds it usually takes; nothing when none was seen. */
  usual = $state<number | null>(null);

  constructor(
    private readonly client: Client,
    readonly udn: string,
  ) {
    super();
  }

  /** Looks up what is usual; without it the question is the same. */
  async estimate(): Promise<void> {
    this.usual = await this.client.usualRestart(this.udn).catch(() => null);
  }

  async run(): Promise<void> {
    this.phase = 'running';
    this.begin();
    try {
      this.result = await this.client.reboot(this.udn);
      this.phase = this.result.back ? 'back' : 'lost';
    } catch (reason) {
      this.failure = asFailure(reason);
      this.phase = 'failed';
    } finally {
      this.end();
    }
  }
}
