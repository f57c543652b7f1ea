//! Numbers for pictures: tones of the line with one picture held, crowded channels, rates.
import type { ChannelsView, Failure, LineTonesView, TrafficNews } from '../ipc/bindings';
import type { Client } from '../ipc/client';
import { asFailure } from '../ipc/errors';
import { Loaded } from './loaded.svelte';

export type Measured = 'line' | 'channels' | 'traffic';

/** One reading of a counter; a gap holds nothing. */
export interface RatePoint {
  /** Milliseconds since 1970. */
  time: number;
  received: number | null;
  sent: number | null;
}

/** Rates of one interface over time. */
export interface RateRow {
  path: string;
  name: string;
  errors: number;
  points: RatePoint[];
}

/** Points kept of an interface: ten minutes of one every two seconds. */
export const MOST_POINTS = 300;

export class Measure {
  readonly tones: Loaded<LineTonesView> = new Loaded(() => this.client.lineTones(this.udn));
  readonly channels: Loaded<ChannelsView> = new Loaded(() => this.client.wifiChannels(this.udn));
  shown = $state<Measured>('line');
  /** The picture that later ones are compared with. */
  held = $state.raw<LineTonesView | null>(null);
  following = $state(false);
  /** The gateway does not answer at the moment. */
  silent = $state(false);
  failure = $state.raw<Failure | null>(null);
  rates = $state.raw<RateRow[]>([]);

  constructor(
    private readonly client: Client,
    readonly udn: string,
  ) {}

  hold(): void {
    this.held = this.tones.value;
  }

  /** Follows the traffic until it is left. */
  async follow(): Promise<void> {
    if (this.following) return;
    this.following = true;
    this.failure = null;
    this.silent = false;
    try {
      await this.client.watchTraffic(this.udn);
    } catch (reason) {
      this.failure = asFailure(reason);
    } finally {
      this.following = false;
    }
  }

  async leave(): Promise<void> {
    // What is drawn stays; the time nobody looked is a gap.
    this.gap(Date.now());
    await this.client.unwatchTraffic(this.udn).catch(() => undefined);
  }

  news(news: TrafficNews): void {
    this.silent = news.kind === 'silent';
    if (news.kind === 'silent') {
      this.gap(Date.parse(news.time));
      return;
    }
    const time = Date.parse(news.rates.time);
    const known = new Map(this.rates.map((row) => [row.path, row]));
    this.rates = news.rates.interfaces.map(({ path, name, received_bps, sent_bps, errors }) => {
      const before = known.get(path);
      const points = [...(before?.points ?? []), { time, received: received_bps, sent: sent_bps }].slice(-MOST_POINTS);
      return { path, name, errors: (before?.errors ?? 0) + (errors ?? 0), points };
    });
  }

  forget(): void {
    this.tones.forget();
    this.channels.forget();
    this.held = null;
    this.rates = [];
    this.failure = null;
  }

  private gap(time: number): void {
    this.rates = this.rates.map((row) => {
      const last = row.points.at(-1);
      if (!last || (last.received === null && last.sent === null)) return row;
      return { ...row, points: [...row.points, { time, received: null, sent: null }].slice(-MOST_POINTS) };
    });
  }
}
