//! The tests a gateway can run: the list, one form, one run at a time, and what was found.
import type {
  Failure,
  FileFormat,
  InterfacesToReset,
  RunState,
  TestKind,
  TestNews,
  TestRequest,
  TestsView,
  TestView,
} from '../ipc/bindings';
import type { Client } from '../ipc/client';
import { asFailure } from '../ipc/errors';
import { Loaded } from './loaded.svelte';
import { fieldsOf, INTERRUPTING, problemOf, requestOf, THROUGH, type TestTexts } from './test-fields';

export type RunPhase = 'idle' | 'asking' | 'running' | 'stopping';

export class Tests {
  readonly list: Loaded<TestsView> = new Loaded(() => this.client.tests(this.udn));
  kind = $state<TestKind | null>(null);
  texts = $state<TestTexts>({});
  interfaces = $state<InterfacesToReset>('provider');
  /** Path of the interface the test goes out through; empty for the gateway's own choice. */
  through = $state('');
  phase = $state<RunPhase>('idle');
  /** How far the run under way is. */
  state = $state<RunState | null>(null);
  /** The longest it is waited for, seconds. */
  patience = $state<number | null>(null);
  /** The gateway does not answer at the moment. */
  silent = $state(false);
  elapsed = $state(0);
  failure = $state.raw<Failure | null>(null);
  shown = $state.raw<TestView | null>(null);
  savedTo = $state<string | null>(null);
  private ticker: ReturnType<typeof setInterval> | undefined;

  /** Each kind once, in the gateway's order. */
  kinds = $derived([...new Set((this.list.value?.offered ?? []).map((one) => one.kind))]);
  history = $derived(this.list.value?.history ?? []);
  /** What the gateway says its bandwidth test can measure. */
  bandwidthInfo = $derived(this.list.value?.bandwidth_info ?? null);
  /** Interfaces the chosen test may go out through. */
  ways = $derived.by(() => {
    const list = this.list.value;
    const able = list?.offered.some((one) => one.kind === this.kind && one.way === 'data_model') ?? false;
    return able && this.kind && THROUGH.includes(this.kind) ? (list?.interfaces ?? []) : [];
  });
  fields = $derived(this.kind ? fieldsOf(this.kind) : []);
  wrong = $derived(this.fields.some((field) => problemOf(field, this.texts[field.id] ?? '') !== null));

  constructor(
    private readonly client: Client,
    readonly udn: string,
  ) {}

  async load(): Promise<void> {
    await this.list.load();
    const [first] = this.kinds;
    if (this.kind === null && first) this.choose(first);
  }

  /** Puts a test into the form; nothing is started. What was typed for a target stays. */
  choose(kind: TestKind, target: string | null = null): void {
    if (this.phase !== 'idle') return;
    if (this.kind !== kind) {
      this.texts = {};
      this.through = '';
      this.shown = null;
      this.failure = null;
    }
    this.kind = kind;
    this.savedTo = null;
    if (target !== null) this.texts.target = target;
  }

  /** What interrupts the connection is asked about once more. */
  async press(): Promise<void> {
    if (!this.kind || this.phase !== 'idle' || this.wrong) return;
    if (INTERRUPTING.includes(this.kind)) this.phase = 'asking';
    else await this.run();
  }

  cancel(): void {
    if (this.phase === 'asking') this.phase = 'idle';
  }

  async confirm(): Promise<void> {
    if (this.phase === 'asking') await this.run();
  }

  async stop(): Promise<void> {
    if (this.phase !== 'running') return;
    this.phase = 'stopping';
    await this.client.stopRunningTest(this.udn).catch(() => undefined);
  }

  progress(news: TestNews): void {
    if (news.news === 'started') this.patience = news.patience_s;
    if (news.news === 'state') this.state = news.state;
    this.silent = news.news === 'silent';
  }

  /** The result the gateway keeps of a test somebody started. */
  async fetch(testId: number): Promise<void> {
    try {
      this.show(await this.client.testResult(this.udn, testId));
    } catch (reason) {
      this.failure = asFailure(reason);
    }
  }

  /** Ends a test somebody started. */
  async end(testId: number): Promise<void> {
    try {
      await this.client.stopTest(this.udn, testId);
      await this.list.load();
    } catch (reason) {
      this.failure = asFailure(reason);
    }
  }

  /** Brings an earlier test back: its form and what it found. */
  show(test: TestView): void {
    if (this.phase !== 'idle') return;
    this.choose(test.kind, test.target);
    this.failure = null;
    this.shown = test;
  }

  /** Writes what was found to a new file where people keep files. */
  async save(tests: TestView[], format: FileFormat): Promise<void> {
    this.failure = null;
    this.savedTo = null;
    try {
      const file = await this.client.testFile(this.udn, format);
      await this.client.exportTests(tests, format, file);
      this.savedTo = file;
    } catch (reason) {
      this.failure = asFailure(reason);
    }
  }

  private async run(): Promise<void> {
    const kind = this.kind;
    if (!kind) return;
    const request: TestRequest = requestOf(kind, this.texts, this.interfaces, this.ways.length > 0 ? this.through : '');
    Object.assign(this, { phase: 'running', state: null, patience: null, silent: false, failure: null, shown: null, savedTo: null, elapsed: 0 });
    const began = performance.now();
    this.ticker = setInterval(() => (this.elapsed = (performance.now() - began) / 1000), 250);
    try {
      const ran = await this.client.runTest(this.udn, kind, request);
      this.shown = ran;
      // It is in the list at once; the gateway is asked behind it.
      const { value } = this.list;
      if (value) this.list.value = { ...value, history: [ran, ...value.history] };
    } catch (reason) {
      this.failure = asFailure(reason);
    } finally {
      clearInterval(this.ticker);
      this.phase = 'idle';
    }
    await this.list.load();
  }
}
