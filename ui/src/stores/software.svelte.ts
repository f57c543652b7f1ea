//! Software of a gateway: the list, one change at a time, how far it is and what came of it.
import type { Failure, SoftwareAct, SoftwareChange, SoftwareChangeView, SoftwareListView, SoftwareNews, UnitKind } from '../ipc/bindings';
import type { Client } from '../ipc/client';
import { asFailure } from '../ipc/errors';
import { Loaded } from './loaded.svelte';

/** What somebody is about to do. */
export interface Wish {
  act: SoftwareAct;
  /** Number of the unit; nothing for a new one. */
  id: number | null;
  /** What it is about, as people call it. */
  what: string;
}

export class Software {
  readonly list: Loaded<SoftwareListView> = new Loaded(() => this.client.software(this.udn));
  wish = $state.raw<Wish | null>(null);
  url = $state('');
  kind = $state<UnitKind>('application');
  /** Whether what it needs, or what needs it, is changed too. */
  dependencies = $state(true);
  busy = $state(false);
  /** `Requested` and so on, of the change under way. */
  state = $state<string | null>(null);
  patience = $state<number | null>(null);
  silent = $state(false);
  elapsed = $state(0);
  failure = $state.raw<Failure | null>(null);
  done = $state.raw<SoftwareChangeView | null>(null);
  private ticker: ReturnType<typeof setInterval> | undefined;

  needsUrl = $derived(this.wish?.act === 'install' || this.wish?.act === 'update');
  ready = $derived(!this.needsUrl || this.url.trim() !== '');

  constructor(
    private readonly client: Client,
    readonly udn: string,
  ) {}

  offers(act: SoftwareAct): boolean {
    return this.list.value?.offered.includes(act) ?? false;
  }

  /** Opens the form; nothing is sent. An address that was typed stays. */
  want(act: SoftwareAct, id: number | null = null, what = '', url = ''): void {
    if (this.busy) return;
    if (url && !this.url) this.url = url;
    this.wish = { act, id, what };
    this.failure = null;
    this.done = null;
  }

  leave(): void {
    if (this.busy) return;
    this.wish = null;
    this.failure = null;
  }

  async run(): Promise<void> {
    const change = this.change();
    if (!change || this.busy || !this.ready) return;
    Object.assign(this, { busy: true, state: null, patience: null, silent: false, failure: null, done: null, elapsed: 0 });
    const began = performance.now();
    this.ticker = setInterval(() => (this.elapsed = (performance.now() - began) / 1000), 250);
    try {
      this.done = await this.client.changeSoftware(this.udn, change);
      this.list.show(this.done.now);
      this.wish = null;
      this.url = '';
    } catch (reason) {
      this.failure = asFailure(reason);
      // It may have done part of it.
      void this.list.load();
    } finally {
      clearInterval(this.ticker);
      this.busy = false;
    }
  }

  progress(news: SoftwareNews): void {
    if (news.news === 'started') this.patience = news.patience_s;
    if (news.news === 'state') this.state = news.state;
    this.silent = news.news === 'silent';
  }

  private change(): SoftwareChange | null {
    const wish = this.wish;
    if (!wish) return null;
    const { dependencies } = this;
    const url = this.url.trim();
    if (wish.act === 'install') return { act: 'install', url, kind: this.kind, dependencies };
    if (wish.id === null) return null;
    if (wish.act === 'update') return { act: 'update', id: wish.id, url, dependencies };
    return { act: wish.act, id: wish.id, dependencies };
  }
}
