//! The introduction dialog: who is there, the PIN, the steps, the end.
import type { AppEvent, Failure, FirstContactView, PairingMethod, PairingStep, PairingView } from '../ipc/bindings';
import type { Client } from '../ipc/client';
import { asFailure } from '../ipc/errors';

/** How a step goes, as the program tells it. */
export type PairingNews = Omit<AppEvent & { kind: 'pairing_progress' }, 'kind' | 'udn'>;
export type PairingPhase = 'meeting' | 'asking' | 'running' | 'paired' | 'failed';

export class Pairing {
  phase = $state<PairingPhase>('meeting');
  contact = $state.raw<FirstContactView | null>(null);
  step = $state<PairingStep | null>(null);
  passed = $state.raw<PairingStep[]>([]);
  failure = $state.raw<Failure | null>(null);
  result = $state.raw<PairingView | null>(null);
  method = $state<'pin' | 'button' | 'first_use'>('pin');
  /** Why a PIN typed while the gateway waits was not handed over. */
  pinFailure = $state.raw<Failure | null>(null);
  /** Seconds a step allows, and those that are left of them. */
  allowed = $state<number | null>(null);
  left = $state<number | null>(null);
  /** Which attempt at a busy gateway it is, of how many. */
  attempt = $state.raw<{ number: number; of: number } | null>(null);
  /** The person allowed TLS that protects little, for this gateway. */
  weakAllowed = $state(false);
  /** The person compared the certificate with what the gateway itself shows. */
  compared = $state(false);
  /** True once the person stopped it. */
  cancelled = $state(false);
  /** The last try found it locked: another one is no use for a while. */
  locked = $state(false);

  constructor(
    private readonly client: Client,
    readonly udn: string,
    /** Another certificate may take the place of the trusted one, once it is proven. */
    readonly replacing = false,
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

  /** A PIN that is typed before the gateway is asked, or while it shows it. */
  async usePin(pin: string): Promise<void> {
    if (this.phase === 'running') await this.client.enterPin(this.udn, pin).catch((reason) => (this.pinFailure = asFailure(reason)));
    else await this.run(this.pins[0] === 'web_page_pin' ? 'web_page_pin' : 'label_pin', pin);
  }

  /** Runs the introduction; the PIN is handed over and kept nowhere. */
  async run(method: PairingMethod, pin: string | null = null): Promise<void> {
    this.method = method === 'push_button' ? 'button' : method === 'first_use' ? 'first_use' : 'pin';
    this.pinFailure = null;
    this.phase = 'running';
    this.step = null;
    this.passed = [];
    this.attempt = null;
    this.cancelled = false;
    this.failure = null;
    try {
      this.result = await this.client.pair(this.udn, {
        method,
        pin,
        confirmed: this.contact?.fingerprint ?? null,
        compared: this.compared,
        replace_certificate: this.replacing,
        allow_weak_tls: this.weakAllowed,
      });
      if (this.step) this.passed = [...this.passed, this.step];
      this.phase = 'paired';
    } catch (reason) {
      if (this.cancelled) {
        this.phase = 'asking';
        return;
      }
      this.failure = asFailure(reason);
      this.phase = 'failed';
    } finally {
      this.count(null);
    }
  }

  progress(news: PairingNews): void {
    const { step, seconds, attempt, attempts } = news;
    if (step === 'waiting_busy' && attempt !== null && attempts !== null) {
      this.attempt = { number: attempt, of: attempts };
    }
    this.count(seconds);
    if (this.step === step) return;
    if (this.step) this.passed = [...this.passed, this.step];
    this.step = step;
  }

  /** Ways to type a PIN that the gateway offers; one that does not tell has a label. */
  pins = $derived.by<PairingMethod[]>(() => {
    const methods = (this.contact?.methods ?? []).filter((one) => one !== 'first_use');
    return methods.length === 0 && !this.firstUse ? ['label_pin'] : methods.filter((one) => one === 'label_pin' || one === 'web_page_pin');
  });
  /** The gateway makes a PIN and shows it once pairing begins. */
  screen = $derived.by(() => this.contact?.methods.includes('screen_pin') ?? false);
  firstUse = $derived.by(() => this.contact?.methods.includes('first_use') ?? false);
  button = $derived.by(() => {
    const methods = this.contact?.methods ?? [];
    return methods.length === 0 || methods.includes('push_button');
  });

  private ticker: ReturnType<typeof setInterval> | undefined;

  private count(seconds: number | null): void {
    clearInterval(this.ticker);
    this.allowed = seconds;
    this.left = seconds;
    if (seconds === null) return;
    const end = performance.now() + seconds * 1000;
    this.ticker = setInterval(() => {
      this.left = Math.max(0, Math.ceil((end - performance.now()) / 1000));
      if (this.left === 0) clearInterval(this.ticker);
    }, 250);
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
    this.step = null;
    this.passed = [];
    this.locked = this.failure?.kind.type === 'setup_locked';
    if (this.contact) {
      this.phase = 'asking';
      this.failure = null;
    } else {
      await this.meet();
    }
  }
}
