//! What was said with gateways, as a list that is searched and narrowed.
import type { Failure, TraceEntry, TraceLayer } from '../ipc/bindings';
import type { Client } from '../ipc/client';
import { asFailure } from '../ipc/errors';

/** Messages kept on the screen; the program keeps as many. */
export const KEPT = 4000;
/** How often it is asked for more while somebody looks. */
const EVERY_MS = 1000;

export const LAYERS: readonly TraceLayer[] = ['ssdp', 'tls', 'http', 'soap', 'events', 'note'];

export class Conversation {
  entries = $state.raw<TraceEntry[]>([]);
  /** How many the program forgot before what is here. */
  forgotten = $state(0);
  failure = $state.raw<Failure | null>(null);
  loaded = $state(false);
  paused = $state(false);
  text = $state('');
  /** Layers that are left out. */
  hidden = $state.raw<readonly TraceLayer[]>([]);
  troubleOnly = $state(false);
  /** Only what was said with this address. */
  peer = $state<string | null>(null);
  selected = $state<number | null>(null);
  scrollTop = $state(0);
  private next = 0;

  readonly shown = $derived.by(() => {
    const words = this.text.toLowerCase().split(/\s+/).filter(Boolean);
    return this.entries.filter(
      (one) =>
        !this.hidden.includes(one.layer) &&
        (!this.troubleOnly || isTrouble(one)) &&
        (this.peer === null || hostOf(one.peer) === this.peer) &&
        words.every((word) => hay(one).includes(word)),
    );
  });
  readonly peers = $derived([...new Set(this.entries.map((one) => hostOf(one.peer)).filter((one) => one !== ''))].sort());
  readonly entry = $derived(this.entries.find((one) => one.number === this.selected) ?? null);

  constructor(private readonly client: Client) {}

  /** Follows the conversation until the answer is called. */
  follow(): () => void {
    let ended = false;
    const ask = async () => {
      if (!this.paused) await this.load();
      if (!ended) timer = setTimeout(() => void ask(), EVERY_MS);
    };
    let timer = setTimeout(() => void ask(), 0);
    return () => {
      ended = true;
      clearTimeout(timer);
    };
  }

  async load(): Promise<void> {
    try {
      const view = await this.client.conversation(this.next);
      this.failure = null;
      this.loaded = true;
      this.forgotten = view.forgotten;
      const last = view.entries.at(-1);
      if (!last) return;
      this.next = last.number + 1;
      this.entries = [...this.entries, ...view.entries].slice(-KEPT);
    } catch (reason) {
      this.failure = asFailure(reason);
    }
  }

  async forget(): Promise<void> {
    try {
      await this.client.forgetConversation();
      this.entries = [];
      this.selected = null;
    } catch (reason) {
      this.failure = asFailure(reason);
    }
  }

  toggle(layer: TraceLayer): void {
    this.hidden = this.hidden.includes(layer) ? this.hidden.filter((one) => one !== layer) : [...this.hidden, layer];
  }

  /** The answer to a question, or the question of an answer. */
  partner(entry: TraceEntry): TraceEntry | null {
    const same = (one: TraceEntry) => one.layer === entry.layer && one.what === entry.what && one.peer === entry.peer;
    const at = this.entries.indexOf(entry);
    if (entry.sent === null || at < 0) return null;
    const others = entry.sent ? this.entries.slice(at + 1) : this.entries.slice(0, at).reverse();
    const found = others.find(same);
    return found && found.sent === !entry.sent ? found : null;
  }
}

/** Whether somebody who looks for a fault should see it. */
export function isTrouble(entry: TraceEntry): boolean {
  return entry.error !== null || (entry.status !== null && entry.status >= 400) || entry.forgiven.length > 0;
}

/** Address without the port. */
export function hostOf(peer: string | null): string {
  return (peer ?? '').replace(/:\d+$/, '');
}

function hay(entry: TraceEntry): string {
  const parts = [entry.what, entry.peer, entry.service, entry.error, entry.text, entry.status, ...entry.forgiven];
  for (const { name, value } of entry.arguments) parts.push(name, value);
  return parts.join(' ').toLowerCase();
}
