//! Values a person follows: now, before, how fast, and since when nothing was heard.
import { SvelteMap } from 'svelte/reactivity';
import type { Failure, FollowedBy, NodeView, WatchNews } from '../ipc/bindings';
import type { Client } from '../ipc/client';
import { asFailure } from '../ipc/errors';

/** Points kept of one value: an hour of changes every six seconds. */
export const POINTS = 600;

/** A moment in milliseconds; no value while the gateway does not answer. */
export interface Point {
  time: number;
  value: number | null;
}

export interface Watched {
  path: string;
  upnpPath: string;
  units: string | null;
  secret: boolean;
  value: string | null;
  previous: string | null;
  /** When it changed last, in milliseconds. */
  changed: number | null;
  /** By how much a number rose or fell. */
  delta: number | null;
  /** The same for each second; none across a gap. */
  rate: number | null;
  points: Point[];
}

/** A value as a number, where it is one. */
export function numeric(value: string | null): number | null {
  return value !== null && /^[+-]?\d+(\.\d+)?$/.test(value.trim()) ? Number(value) : null;
}

/** Seconds between two readings that a person can choose. */
export const INTERVALS = [1, 2, 5, 10, 30];

export class Watch {
  readonly values = new SvelteMap<string, Watched>();
  how = $state.raw<{ by: FollowedBy; reason: string | null } | null>(null);
  /** Why the gateway is silent at the moment. */
  silent = $state<string | null>(null);
  failure = $state.raw<Failure | null>(null);
  /** Seconds between two readings. */
  every = $state(5);

  constructor(
    private readonly client: Client,
    private readonly udn: string,
  ) {}

  has(upnpPath: string): boolean {
    return this.values.has(upnpPath);
  }

  async toggle(node: NodeView): Promise<void> {
    if (this.has(node.upnp_path)) return this.remove(node.upnp_path);
    const { path, units, secret, value } = node;
    const points = [{ time: Date.now(), value: numeric(value) }];
    const nothing = { previous: null, changed: null, delta: null, rate: null };
    this.values.set(node.upnp_path, { path, upnpPath: node.upnp_path, units, secret, value, ...nothing, points });
    await this.follow();
  }

  async remove(upnpPath: string): Promise<void> {
    this.values.delete(upnpPath);
    await this.follow();
  }

  async readEvery(seconds: number): Promise<void> {
    this.every = seconds;
    if (this.values.size > 0) await this.follow();
  }

  /** Follows what is on the list from now on. */
  async follow(): Promise<void> {
    this.failure = null;
    const paths = [...this.values.keys()];
    try {
      if (paths.length === 0) await this.client.unwatch(this.udn);
      else void this.client.watch(this.udn, paths, this.every).catch((reason) => (this.failure = asFailure(reason)));
    } catch (reason) {
      this.failure = asFailure(reason);
    }
  }

  news(news: WatchNews): void {
    if (news.kind === 'by') this.how = { by: news.how, reason: news.reason };
    else if (news.kind === 'silent') this.gap(news.reason, Date.parse(news.time));
    else if (news.kind === 'back') this.back(Date.parse(news.time));
    else {
      const { upnp_path, old, new: value, delta, rate } = news.change;
      const of = this.values.get(upnp_path);
      const time = Date.parse(news.change.time);
      if (of) this.put(of, { value, previous: old, changed: time, delta, rate }, { time, value: numeric(value) });
    }
  }

  private gap(reason: string, time: number): void {
    this.silent = reason;
    for (const of of this.values.values()) this.put(of, { rate: null }, { time, value: null });
  }

  /** What did not change while it was away is known again from here on. */
  private back(time: number): void {
    this.silent = null;
    for (const of of this.values.values()) this.put(of, {}, { time, value: numeric(of.value) });
  }

  private put(of: Watched, more: Partial<Watched>, point: Point): void {
    this.values.set(of.upnpPath, { ...of, ...more, points: [...of.points, point].slice(-POINTS) });
  }
}
