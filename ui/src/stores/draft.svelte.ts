//! The edits of one gateway that wait, and what became of them.
import type { ApplyView, DraftView, EditView, Failure } from '../ipc/bindings';
import type { Client } from '../ipc/client';
import { asFailure } from '../ipc/errors';

export type ReviewPhase = 'closed' | 'checking' | 'ready' | 'applying' | 'done';

export class Draft {
  view = $state.raw<DraftView | null>(null);
  phase = $state<ReviewPhase>('closed');
  result = $state.raw<ApplyView | null>(null);
  failure = $state.raw<Failure | null>(null);

  count = $derived(this.view?.edits.length ?? 0);
  problems = $derived(this.view?.edits.filter((edit) => edit.problem !== null).length ?? 0);

  /** Edits by UPnP path: what rows and editors derive their marks from. */
  private readonly byPath = $derived(new Map((this.view?.edits ?? []).map((edit) => [edit.upnp_path, edit])));

  constructor(
    private readonly client: Client,
    private readonly udn: string,
  ) {}

  async load(): Promise<void> {
    this.view = await this.client.draft(this.udn);
  }

  /** The newer draft; answers may arrive before or after the event of the same change. */
  changed(view: DraftView): void {
    this.view = view;
  }

  editOf(upnpPath: string): EditView | null {
    return this.byPath.get(upnpPath) ?? null;
  }

  /** Puts a value into the draft; nothing is sent. Rejects when it is not valid. */
  async stage(upnpPath: string, value: string): Promise<void> {
    this.view = await this.client.stage(this.udn, upnpPath, value);
  }

  async unstage(upnpPath: string): Promise<void> {
    this.view = await this.client.unstage(this.udn, upnpPath);
  }

  async discard(): Promise<void> {
    this.view = await this.client.discard(this.udn);
  }

  /** Opens the review and compares with the gateway's present values. */
  async review(): Promise<void> {
    if (this.count === 0) return;
    this.phase = 'checking';
    this.failure = null;
    this.result = null;
    try {
      this.view = await this.client.review(this.udn);
    } catch (reason) {
      this.failure = asFailure(reason);
    }
    if (this.phase === 'checking') this.phase = 'ready';
  }

  /** Sends what the review lists. True when the gateway was asked. */
  async apply(): Promise<boolean> {
    if (this.phase !== 'ready' || !this.view?.ready) return false;
    this.phase = 'applying';
    this.failure = null;
    try {
      this.result = await this.client.apply(this.udn);
      this.failure = this.result.failure;
      this.phase = 'done';
    } catch (reason) {
      this.failure = asFailure(reason);
      this.phase = 'ready';
      return false;
    }
    await this.load().catch(() => undefined);
    return true;
  }

  close(): void {
    if (this.phase === 'applying') return;
    this.phase = 'closed';
    this.failure = null;
    this.result = null;
  }
}
