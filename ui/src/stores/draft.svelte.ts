//! The edits of one gateway that wait, what they would do, and what became of them.
import type { ApplyView, DraftView, EditView, Failure, ForecastView, GatewayView } from '../ipc/bindings';
import type { Client } from '../ipc/client';
import { asFailure } from '../ipc/errors';

export type ReviewPhase = 'closed' | 'checking' | 'ready' | 'applying' | 'done';
/** Whether a gateway that moved away turned up again. */
export type HuntPhase = 'none' | 'hunting' | 'found' | 'lost';

export class Draft {
  view = $state.raw<DraftView | null>(null);
  phase = $state<ReviewPhase>('closed');
  result = $state.raw<ApplyView | null>(null);
  failure = $state.raw<Failure | null>(null);
  /** What the draft does to the way to the gateway; nothing when it could not be told. */
  forecast = $state.raw<ForecastView | null>(null);
  /** The person accepts to lose the way. */
  accepted = $state(false);
  hunt = $state<HuntPhase>('none');
  found = $state.raw<GatewayView | null>(null);
  /** Secrets the last way back could not bring. */
  leftOut = $state.raw<string[]>([]);

  count = $derived(this.view?.edits.length ?? 0);
  problems = $derived(this.view?.edits.filter((edit) => edit.problem !== null).length ?? 0);
  /** Whether it is sent only after the person said that the way may be lost. */
  risky = $derived(
    this.forecast
      ? this.forecast.severity === 'may_cut_off' || this.forecast.severity === 'cut_off'
      : (this.view?.edits.some((edit) => edit.warning === 'may_lock_out' || edit.warning === 'address_moves') ?? false),
  );
  sendable = $derived(this.phase === 'ready' && (this.view?.ready ?? false) && (!this.risky || this.accepted));

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

  /** Opens the review: compares with the gateway's present values and looks ahead. */
  async review(): Promise<void> {
    if (this.count === 0) return;
    this.phase = 'checking';
    this.clear();
    try {
      this.view = await this.client.review(this.udn);
      // What cannot be told is treated as a risk where an edit gives reason to.
      this.forecast = await this.client.forecast(this.udn).catch(() => null);
    } catch (reason) {
      this.failure = asFailure(reason);
    }
    if (this.phase === 'checking') this.phase = 'ready';
  }

  /** Sends what the review lists. True when the gateway was asked. */
  async apply(): Promise<boolean> {
    if (!this.sendable) return false;
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
    const refused = this.result.changes.every((change) => change.state === 'refused');
    const away = this.risky || this.forecast?.severity === 'moves';
    if (away && !refused) await this.look();
    await this.load().catch(() => undefined);
    return true;
  }

  /** Looks for the gateway where it should be by now. */
  async look(): Promise<void> {
    if (this.hunt === 'hunting') return;
    this.hunt = 'hunting';
    this.found = await this.client.hunt(this.udn, this.forecast?.found_at ?? null).catch(() => null);
    this.hunt = this.found ? 'found' : 'lost';
    // What was not confirmed is settled as soon as it answers again.
    if (this.found) await this.load().catch(() => undefined);
  }

  /** Puts the way back of an entry into the draft and opens the review of it. */
  async takeBack(entry: number | null): Promise<boolean> {
    try {
      const { draft, left_out } = await this.client.takeBack(this.udn, entry);
      this.view = draft;
      await this.review();
      this.leftOut = left_out;
      return true;
    } catch (reason) {
      this.failure = asFailure(reason);
      return false;
    }
  }

  close(): void {
    if (this.phase === 'applying' || this.hunt === 'hunting') return;
    this.phase = 'closed';
    this.clear();
  }

  private clear(): void {
    this.failure = null;
    this.result = null;
    this.forecast = null;
    this.accepted = false;
    this.hunt = 'none';
    this.found = null;
    this.leftOut = [];
  }
}
