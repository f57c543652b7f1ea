//! Who gateways know this computer as, and taking that along, over or anew. A passphrase
//! lives in the form only.
import type {
  AffectedGateway,
  ExportedIdentity,
  Failure,
  ImportedIdentity,
  KeyChoice,
  OwnIdentity,
  ReplacedIdentity,
} from '../ipc/bindings';
import type { Client } from '../ipc/client';
import { asFailure } from '../ipc/errors';

/** Characters a passphrase has at least, as the program behind the window asks. */
export const PASSPHRASE_LEAST = 8;

export type IdentityPhase = 'loading' | 'ready' | 'failed';
export type IdentityTask = 'show' | 'export' | 'import' | 'replace';

export class ThisComputer {
  phase = $state<IdentityPhase>('loading');
  task = $state<IdentityTask>('show');
  view = $state.raw<OwnIdentity | null>(null);
  /** Gateways that know the identity there is. */
  known = $state.raw<AffectedGateway[]>([]);
  working = $state(false);
  failure = $state.raw<Failure | null>(null);
  exported = $state.raw<ExportedIdentity | null>(null);
  imported = $state.raw<ImportedIdentity | null>(null);
  replaced = $state.raw<ReplacedIdentity | null>(null);

  file = $state('');
  passphrase = $state('');
  repeated = $state('');
  /** The person said that the identity there is may go. */
  giveUp = $state(false);
  /** Kind of a key to be made. */
  key = $state<KeyChoice>('rsa2048');

  constructor(
    private readonly client: Client,
    /** Every connection of the identity so far has ended. */
    private readonly changed: () => void,
  ) {}

  ready = $derived.by(() => {
    const file = this.file.trim() !== '';
    switch (this.task) {
      case 'show':
        return false;
      case 'export':
        return file && [...this.passphrase].length >= PASSPHRASE_LEAST && this.passphrase === this.repeated;
      case 'import':
        return file && this.passphrase !== '' && this.giveUp;
      case 'replace':
        return this.giveUp;
    }
  });
  done = $derived.by(() => this.exported !== null || this.imported !== null || this.replaced !== null);

  async load(): Promise<void> {
    this.phase = 'loading';
    this.failure = null;
    try {
      this.view = await this.client.ownIdentity();
      this.known = await this.client.gatewaysThatKnowUs();
      this.phase = 'ready';
    } catch (reason) {
      this.failure = asFailure(reason);
      this.phase = 'failed';
    }
  }

  async begin(task: IdentityTask): Promise<void> {
    this.forget();
    this.task = task;
    if (task !== 'export') return;
    const file = await this.client.identityFile().catch(() => '');
    if (this.task === 'export' && this.file === '') this.file = file;
  }

  /** Back to what is shown; nothing typed stays. */
  back(): void {
    const fresh = this.imported !== null || this.replaced !== null;
    this.forget();
    this.task = 'show';
    if (fresh) void this.load();
  }

  async run(): Promise<void> {
    if (!this.ready || this.working) return;
    this.working = true;
    this.failure = null;
    const { file, passphrase } = { file: this.file.trim(), passphrase: this.passphrase };
    try {
      if (this.task === 'export') this.exported = await this.client.exportIdentity(file, passphrase);
      else if (this.task === 'import') this.imported = await this.client.importIdentity(file, passphrase, true);
      else this.replaced = await this.client.replaceIdentity(this.key);
      this.passphrase = '';
      this.repeated = '';
      if (this.task !== 'export') this.changed();
    } catch (reason) {
      this.failure = asFailure(reason);
    } finally {
      this.working = false;
    }
  }

  private forget(): void {
    this.file = '';
    this.passphrase = '';
    this.repeated = '';
    this.giveUp = false;
    this.key = 'rsa2048';
    this.failure = null;
    this.exported = null;
    this.imported = null;
    this.replaced = null;
  }
}
