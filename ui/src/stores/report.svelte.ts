//! The report of a visit: gathered, saved, and one of somebody else's looked at.
import type { Failure, Language, ReportSection, SealView, SiteReport } from '../ipc/bindings';
import type { Client } from '../ipc/client';
import { asFailure } from '../ipc/errors';

/** How far back a report reaches. */
export const SPANS = ['hours', 'day', 'week'] as const;
export type Span = (typeof SPANS)[number];
const HOURS: Record<Span, number> = { hours: 12, day: 24, week: 7 * 24 };

/** What a report may show, in the order of its page. */
export const SECTIONS: readonly ReportSection[] = ['open', 'found', 'changed', 'tested'];

export class Report {
  udn = $state<string | null>(null);
  span = $state<Span>('hours');
  notes = $state('');
  title = $state('');
  sections = $state.raw<readonly ReportSection[]>(SECTIONS);
  file = $state('');
  view = $state.raw<SiteReport | null>(null);
  saved = $state<string | null>(null);
  busy = $state<'none' | 'gathering' | 'saving' | 'checking'>('none');
  failure = $state.raw<Failure | null>(null);

  /** The report that is looked at, by the name of its file. */
  checked = $state('');
  seal = $state.raw<SealView | null>(null);
  checkFailure = $state.raw<Failure | null>(null);

  constructor(private readonly client: Client) {}

  /** Another gateway, span or note: what was gathered is of something else. */
  changed(): void {
    this.view = null;
    this.saved = null;
    this.failure = null;
  }

  /** Puts a section into the page or leaves it out; nothing is gathered anew for it. */
  contain(section: ReportSection, wanted: boolean): void {
    this.sections = SECTIONS.filter((one) => (one === section ? wanted : this.sections.includes(one)));
    void this.another();
  }

  /** Another title of the same report. */
  entitle(title: string): void {
    this.title = title;
    void this.another();
  }

  /** What is saved stays as it is: the next one gets a file of its own. */
  private async another(): Promise<void> {
    if (this.saved === null) return;
    this.saved = null;
    this.file = await this.client.reportFile(this.view?.gateway ?? '').catch(() => this.file);
  }

  async gather(name: string): Promise<void> {
    if (this.udn === null || this.busy !== 'none') return;
    this.changed();
    this.busy = 'gathering';
    const since = new Date(Date.now() - HOURS[this.span] * 3_600_000).toISOString();
    const notes = this.notes.split('\n').map((line) => line.trim()).filter((line) => line !== '');
    try {
      const [view, file] = await Promise.all([this.client.siteReport(this.udn, since, notes), this.client.reportFile(name)]);
      this.view = view;
      this.file = file;
    } catch (reason) {
      this.failure = asFailure(reason);
    }
    this.busy = 'none';
  }

  async save(language: Language): Promise<void> {
    if (!this.view || this.busy !== 'none') return;
    this.busy = 'saving';
    this.failure = null;
    try {
      const title = this.title.trim() === '' ? null : this.title.trim();
      const report = { ...this.view, title, sections: [...this.sections] };
      this.saved = await this.client.saveReport(report, language, this.file.trim());
    } catch (reason) {
      this.failure = asFailure(reason);
    }
    this.busy = 'none';
  }

  async show(): Promise<void> {
    if (this.saved === null) return;
    try {
      await this.client.showReport(this.saved);
    } catch (reason) {
      this.failure = asFailure(reason);
    }
  }

  async check(name: string, document: string): Promise<void> {
    this.checked = name;
    this.seal = null;
    this.checkFailure = null;
    this.busy = 'checking';
    try {
      this.seal = await this.client.verifyReport(document);
    } catch (reason) {
      this.checkFailure = asFailure(reason);
    }
    this.busy = 'none';
  }
}
