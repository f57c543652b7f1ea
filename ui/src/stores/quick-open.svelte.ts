//! Goes to any gateway and any path by a few letters.
import type { Failure, GatewayView, NodeView } from '../ipc/bindings';
import type { Client } from '../ipc/client';
import { asFailure } from '../ipc/errors';
import { ranked } from './commands/fuzzy';
import type { Desk } from './desk.svelte';
import { nameOf } from './neighbours.svelte';

/** Hits asked for: more than that nobody reads in a list that is typed into. */
const LIMIT = 100;
const PAUSE_MS = 60;

/** Somewhere to go. */
export type Destination =
  | { kind: 'gateway'; id: string; gateway: GatewayView; at: number[] }
  | { kind: 'node'; id: string; node: NodeView }
  /** A path as typed: the gateway knows whether there is one. */
  | { kind: 'path'; id: string; path: string }
  /** What was not read yet cannot be found: read it first. */
  | { kind: 'load'; id: string };

export class QuickOpen {
  text = $state('');
  failure = $state.raw<Failure | null>(null);
  searching = $state(false);
  private hits = $state.raw<NodeView[]>([]);
  /** How many match in all. */
  matches = $state(0);
  /** What Enter took while the settings listed were still those of an earlier text. */
  private waiting: { id: string; first: boolean } | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;

  readonly destinations = $derived.by((): Destination[] => {
    const gateways = ranked(
      this.desk.neighbours.list.filter((one) => one.udn !== this.desk.current || this.text.trim() !== ''),
      this.text,
      (one) => [nameOf(one), one.model_name ?? '', one.address ?? ''],
    ).map(({ entry, at }): Destination => ({ kind: 'gateway', id: `gateway ${entry.udn}`, gateway: entry, at }));
    const nodes = this.hits.map((node): Destination => ({ kind: 'node', id: node.upnp_path, node }));
    const path = this.text.trim();
    const known = this.hits.some((node) => same(node.path, path) || same(node.upnp_path, path));
    const typed: Destination[] = this.gateway && isPath(path) && !known ? [{ kind: 'path', id: `path ${path}`, path }] : [];
    const unread: Destination[] = this.partly && !this.searching && nodes.length === 0 ? [{ kind: 'load', id: 'load' }] : [];
    if (path === '') return [...gateways, ...nodes];
    // A whole path means that place; of one that is still typed the settings below it are meant.
    const whole = /[./]$/.test(path) ? typed : [];
    const exact = nodes.filter((one) => one.kind === 'node' && (same(one.node.path, path) || same(one.node.upnp_path, path)));
    const others = nodes.filter((one) => !exact.includes(one));
    return [...whole, ...exact, ...others, ...typed.filter((one) => !whole.includes(one)), ...gateways, ...unread];
  });

  constructor(
    private readonly client: Client,
    private readonly desk: Desk,
  ) {}

  /** Whether the gateway has settings that were not read yet. */
  get partly(): boolean {
    const session = this.gateway?.session;
    return session ? !session.complete || session.loaded < session.total : false;
  }

  private get gateway() {
    return this.desk.gateway?.phase === 'open' ? this.desk.gateway : null;
  }

  type(text: string): void {
    this.text = text;
    this.waiting = null;
    clearTimeout(this.timer);
    if (!text.trim() || !this.gateway) {
      this.hits = [];
      this.matches = 0;
      this.searching = false;
      return;
    }
    this.searching = true;
    this.timer = setTimeout(() => void this.search(), PAUSE_MS);
  }

  go(destination: Destination): void {
    const { gateway } = this;
    if (destination.kind === 'load') return void this.readAll();
    // Who types fast means what was typed, not what the list showed before.
    if (this.searching && destination.kind === 'node') {
      this.waiting = { id: destination.id, first: this.destinations[0]?.id === destination.id };
      return;
    }
    this.desk.overlay = 'none';
    if (destination.kind === 'gateway') this.desk.choose(destination.gateway.udn);
    else if (destination.kind === 'node') void gateway?.visit(destination.node.upnp_path);
    else if (gateway) {
      gateway.area = 'settings';
      void gateway.follow(destination.path);
    }
  }

  /** Stays open meanwhile, and searches again. */
  private async readAll(): Promise<void> {
    this.searching = true;
    await this.gateway?.loadSubtree();
    await this.search();
  }

  private async search(): Promise<void> {
    const { text, gateway } = this;
    if (!gateway) return;
    try {
      const view = await this.client.search(gateway.udn, text, LIMIT);
      if (this.text !== text) return;
      this.hits = view.hits;
      this.matches = view.matches;
      this.failure = null;
    } catch (reason) {
      if (this.text === text) this.failure = asFailure(reason);
    }
    if (this.text !== text) return;
    this.searching = false;
    const { waiting } = this;
    this.waiting = null;
    const meant = waiting && (this.destinations.find((one) => !waiting.first && one.id === waiting.id) ?? this.destinations[0]);
    if (meant && meant.kind !== 'load') this.go(meant);
  }
}

/** Whether something typed is meant as a path in one of the notations. */
export function isPath(text: string): boolean {
  return /^(\/\w|(InternetGateway)?Device\.)/i.test(text) && !/\s/.test(text);
}

function same(path: string, typed: string): boolean {
  const bare = (one: string) => one.replace(/[./]$/, '').toLowerCase();
  return bare(path) === bare(typed);
}
