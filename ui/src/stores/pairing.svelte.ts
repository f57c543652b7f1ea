//! The introduction dialog: who is there, the PIN, the steps, the end.
import type { Failure, FirstContactView, PairingStep, PairingView } from '../ipc/bindings';
import type { Client } from '../ipc/client';
import { asFailure } from '../ipc/errors';

export type PairingPhase = 'meeting' | 'asking' | 'running' | 'paired' | 'failed';

export class Pairing {
  phase = $state<PairingPhase>('meeting');
  contact = $state.raw<FirstContactView | null>(null);
  step = $state<PairingStep | null>(null);
  passed = $state.raw<PairingStep[]>([]);
  failure = $state.raw<Failure | null>(null);
  result = $state.raw<PairingView | null>(null);
  method = $state<'pin' | 'button'>('pin');
  /** True once the person stopped it. */
  cancelled = $state(false);

  constructor(
    private readonly client: Client,
    readonly udn: string,
  ) {}

  async meet(): Promise<void> {
    this.phase = 'meeting';
    this.failure = null;
    try {
      this.contact = await this.client.firstContact(this.udn);
      this.phase = 'asking';
    } catch (reason) {
      this.failure = asFailure(reason);
      this.phase = 'failed';
    }
  }

  /** Runs the introduction; the PIN is handed over and kept nowhere. */
  async run(pin: string | null): Promise<void> {
    this.method = pin === null ? 'button' : 'pin';
    this.phase = 'running';
    this.step = null;
    this.passed = [];
    this.cancelled = false;
    this.failure = null;
    try {
      this.result = await this.client.pair(this.udn, pin);
      if (this.step) this.passed = [...this.passed, this.step];
      this.phase = 'paired';
    } catch (reason) {
      if (this.cancelled) {
        this.phase = 'asking';
        return;
      }
      this.failure = asFailure(reason);
      this.phase = 'failed';
    }
  }

  progress(step: PairingStep): void {
    if (this.step === step) return;
    if (this.step) this.passed = [...this.passed, this.step];
    this.step = step;
  }

  /** The person pressed the button; the gateway is asked on. */
  async pressed(): Promise<void> {
    await this.client.buttonPressed(this.udn).catch(() => undefined);
  }

  /** Stops the introduction; its end arrives as a failure. */
  async cancel(): Promise<void> {
    this.cancelled = true;
    await this.client.cancelPairing(this.udn).catch(() => undefined);
  }

  /** Back to the question, or to the first contact when there was none. */
  async again(): Promise<void> {
    if (this.contact) {
      this.phase = 'asking';
      this.failure = null;
    } else {
      await this.meet();
    }
  }
}
