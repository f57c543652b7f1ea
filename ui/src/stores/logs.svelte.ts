//! The logs a gateway keeps: which there are, the one that was read, and what of it is shown.
import type { Failure, LogLevel, LogLine, LogText, LogView } from '../ipc/bindings';
import type { Client } from '../ipc/client';
import { asFailure } from '../ipc/errors';
import { Loaded } from './loaded.svelte';

/** All levels, the most severe first. */
export const LEVELS = ['emergency', 'alert', 'critical', 'error', 'warning', 'notice', 'informational', 'debug'] as const satisfies LogLevel[];
/** Octets of a log that are read at first, and the most that may be asked for. */
export const SIZES = [262_144, 4_194_304, 67_108_864] as const;

export interface LogRow {
  id: string;
  line: LogLine;
}

export class Logs {
  readonly list: Loaded<LogView[]> = new Loaded(() => this.client.logs(this.udn));
  uri = $state<string | null>(null);
  octets = $state<number>(SIZES[1]);
  reading = $state(false);
  text = $state.raw<LogText | null>(null);
  failure = $state.raw<Failure | null>(null);
  search = $state('');
  level = $state<LogLevel | null>(null);
  scrollTop = $state(0);
  file = $state('');
  saving = $state(false);
  savedTo = $state<string | null>(null);

  log = $derived((this.list.value ?? []).find((one) => one.uri === this.uri) ?? null);
  /** Lines that are wanted; what does not say its level is not hidden. */
  rows = $derived.by<LogRow[]>(() => {
    const words = this.search.trim().toLowerCase();
    const most = this.level === null ? LEVELS.length : LEVELS.indexOf(this.level);
    const rows: LogRow[] = [];
    for (const [index, line] of (this.text?.lines ?? []).entries()) {
      if (line.level !== null && LEVELS.indexOf(line.level) > most) continue;
      if (words && !line.text.toLowerCase().includes(words)) continue;
      rows.push({ id: String(index), line });
    }
    return rows;
  });

  constructor(
    private readonly client: Client,
    readonly udn: string,
  ) {}

  async load(): Promise<void> {
    await this.list.load();
    const [first] = this.list.value ?? [];
    if (this.log === null) this.uri = first?.uri ?? null;
  }

  choose(uri: string): void {
    if (this.reading || uri === this.uri) return;
    this.uri = uri;
    this.text = null;
    this.failure = null;
    this.savedTo = null;
  }

  /** Reads the log; another host than the gateway only when the person wants that. */
  async read(elsewhere = false): Promise<void> {
    const { uri } = this;
    if (uri === null || this.reading) return;
    this.reading = true;
    this.failure = null;
    this.savedTo = null;
    try {
      this.text = await this.client.logText(this.udn, uri, this.octets, elsewhere);
      this.scrollTop = 0;
      if (this.file === '') this.file = await this.client.logFile(this.udn);
    } catch (reason) {
      this.failure = asFailure(reason);
    } finally {
      this.reading = false;
    }
  }

  /** Lets the gateway keep records of this level and more severe ones. */
  async keep(level: LogLevel): Promise<void> {
    const { uri } = this;
    if (uri === null) return;
    this.failure = null;
    try {
      const changed = await this.client.keepLogLevel(this.udn, uri, level);
      this.list.value = (this.list.value ?? []).map((one) => (one.uri === uri ? changed : one));
    } catch (reason) {
      this.failure = asFailure(reason);
    }
  }

  /** Writes what is shown to a new file. */
  async save(): Promise<void> {
    const file = this.file.trim();
    if (file === '' || this.saving) return;
    this.saving = true;
    this.failure = null;
    this.savedTo = null;
    try {
      await this.client.saveLog(this.rows.map((row) => row.line.text), file);
      this.savedTo = file;
      this.file = await this.client.logFile(this.udn);
    } catch (reason) {
      this.failure = asFailure(reason);
    } finally {
      this.saving = false;
    }
  }

  /** The host a log lies on when it is not the gateway's own; nothing when it is. */
  foreignHost(address: string | null): string | null {
    const url = this.log?.url;
    if (!url || !/^https?:\/\//i.test(url)) return null;
    try {
      const host = new URL(url).hostname.replace(/^\[|\]$/g, '');
      return host === address ? null : host;
    } catch {
      return null;
    }
  }
}
