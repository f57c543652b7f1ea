//! Where this computer's secrets are kept, and what a person decides when that place is
//! closed or missing. A passphrase lives in the form only.
import type { Failure, SecretsView } from '../ipc/bindings';
import type { Client } from '../ipc/client';
import { asFailure } from '../ipc/errors';
import { PASSPHRASE_LEAST } from './identity.svelte';

/** Unlock the keyring, or keep secrets in a file behind a passphrase. */
export type SecretsWay = 'keyring' | 'file';
/** What a person is asked: which place, the passphrase of the file, or to put a file right. */
export type SecretsQuestion = 'place' | 'passphrase' | 'repair';
export type SecretsJob = 'check' | 'file' | 'keyring';

export class Secrets {
  view = $state.raw<SecretsView | null>(null);
  /** Whether the person is being asked. */
  asking = $state(false);
  way = $state<SecretsWay>('keyring');
  passphrase = $state('');
  repeated = $state('');
  working = $state<SecretsJob | null>(null);
  /** The place was asked again and is as it was. */
  unchanged = $state(false);
  failure = $state.raw<Failure | null>(null);

  constructor(
    private readonly client: Client,
    /** Another place is used: whatever was opened was opened as somebody else. */
    private readonly moved: () => void,
  ) {}

  question = $derived.by((): SecretsQuestion => {
    const { kind, state } = this.view ?? {};
    if (state?.type === 'passphrase_needed') return 'passphrase';
    return kind === 'keyring' ? 'place' : 'repair';
  });
  /** There is no file yet: the passphrase is a new one and typed twice. */
  fresh = $derived(!this.view?.sealed_file_exists);
  /** Whether a passphrase is what the person is typing. */
  typing = $derived(this.question === 'passphrase' || (this.question === 'place' && this.way === 'file'));
  ready = $derived.by(() => {
    if (!this.typing) return true;
    if (!this.fresh) return this.passphrase !== '';
    return [...this.passphrase].length >= PASSPHRASE_LEAST && this.passphrase === this.repeated;
  });
  wrong = $derived(this.failure?.kind.type === 'passphrase_wrong');

  /** Looks at the place, and asks the person when it cannot be used. */
  async start(): Promise<void> {
    await this.look();
  }

  /** The place was unlocked or put right: looks again. */
  async check(): Promise<void> {
    await this.run('check', async () => {
      const before = this.view?.state.type;
      await this.look();
      this.unchanged = this.asking && this.view?.state.type === before;
    });
  }

  /** What the form is for: looks again, or opens or makes the file. */
  async submit(): Promise<void> {
    if (!this.ready) return;
    if (!this.typing) return this.check();
    await this.run('file', async () => {
      this.settle(await this.client.useSealedFile(this.passphrase));
      this.moved();
    });
  }

  /** Goes back to the keyring, which may be there again. */
  async useKeyring(): Promise<void> {
    await this.run('keyring', async () => {
      this.settle(await this.client.useKeyring());
      this.moved();
    });
  }

  choose(way: SecretsWay): void {
    this.way = way;
    this.failure = null;
    this.unchanged = false;
  }

  /** Goes on without secrets; nothing typed stays. */
  later(): void {
    this.asking = false;
    this.forget();
  }

  private async look(): Promise<void> {
    try {
      this.settle(await this.client.secretsView());
    } catch {
      // The program has no state at all, and says so wherever it is asked.
    }
  }

  private settle(view: SecretsView): void {
    this.view = view;
    this.asking = view.state.type !== 'ready';
    if (!this.asking) this.forget();
  }

  private forget(): void {
    this.passphrase = '';
    this.repeated = '';
    this.failure = null;
    this.unchanged = false;
  }

  private async run(job: SecretsJob, work: () => Promise<void>): Promise<void> {
    if (this.working) return;
    this.working = job;
    this.failure = null;
    this.unchanged = false;
    try {
      await work();
    } catch (reason) {
      this.failure = asFailure(reason);
    } finally {
      this.working = null;
    }
  }
}
