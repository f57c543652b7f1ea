//! Which key does what: as shipped, or as somebody chose it.
import { SvelteMap } from 'svelte/reactivity';
import { chordOf, isChord, isMac, writes, type Pressed } from './keys';
import { COMMANDS, type Command, type CommandId } from './registry';

const STORED = 'lanside.keys';

export class Keymap {
  private readonly chosen = new SvelteMap<CommandId, readonly string[]>();

  constructor() {
    for (const [id, keys] of Object.entries(stored())) {
      if (COMMANDS.some((one) => one.id === id)) this.chosen.set(id, keys);
    }
  }

  keysOf(id: CommandId): readonly string[] {
    return this.chosen.get(id) ?? shipped(id);
  }

  isChosen(id: CommandId): boolean {
    return this.chosen.has(id);
  }

  anyChosen = $derived.by(() => this.chosen.size > 0);

  /** The other command a key belongs to. */
  holderOf(chord: string, except: CommandId): Command | null {
    return COMMANDS.find((one) => one.id !== except && this.keysOf(one.id).includes(chord)) ?? null;
  }

  /** Gives a command one key, and takes it from whoever had it. */
  choose(id: CommandId, chord: string): void {
    const holder = this.holderOf(chord, id);
    if (holder) this.put(holder.id, this.keysOf(holder.id).filter((one) => one !== chord));
    this.put(id, [chord]);
    this.store();
  }

  /** A command without a key is reached by the palette. */
  clear(id: CommandId): void {
    this.put(id, []);
    this.store();
  }

  /** Back to the keys as shipped; what took one of them gives it back. */
  reset(id: CommandId): void {
    this.chosen.delete(id);
    for (const chord of shipped(id)) {
      const holder = this.holderOf(chord, id);
      if (holder) this.put(holder.id, this.keysOf(holder.id).filter((one) => one !== chord));
    }
    this.store();
  }

  resetAll(): void {
    this.chosen.clear();
    this.store();
  }

  /** The command a key asks for. */
  commandFor(event: Pressed, place: { typing: boolean; dialog: boolean }): Command | null {
    const chord = chordOf(event);
    if (chord === null || (place.typing && writes(chord))) return null;
    const command = COMMANDS.find((one) => this.keysOf(one.id).includes(chord));
    if (!command || (place.typing && command.notInFields) || (place.dialog && !command.inDialogs)) return null;
    return command;
  }

  private put(id: CommandId, keys: readonly string[]): void {
    const own = shipped(id);
    if (keys.length === own.length && keys.every((key, at) => key === own[at])) this.chosen.delete(id);
    else this.chosen.set(id, keys);
  }

  private store(): void {
    localStorage.setItem(STORED, JSON.stringify(Object.fromEntries(this.chosen)));
  }
}

function shipped(id: CommandId): readonly string[] {
  const command = COMMANDS.find((one) => one.id === id);
  return (isMac() ? command?.mac : undefined) ?? command?.keys ?? [];
}

/** What was stored, as far as it can be read. */
function stored(): Record<CommandId, string[]> {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(STORED) ?? '{}');
    if (typeof value !== 'object' || value === null) return {};
    return Object.fromEntries(
      Object.entries(value).filter((entry): entry is [string, string[]] => Array.isArray(entry[1]) && entry[1].every(isChord)),
    );
  } catch {
    return {};
  }
}
