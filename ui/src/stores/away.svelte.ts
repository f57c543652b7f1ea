//! What ended while nobody looked at the window is said by the system.
import { t, tn, type MessageKey } from '../i18n/index.svelte';
import type { Failure } from '../ipc/bindings';
import type { Client } from '../ipc/client';
import { failureWords } from '../ipc/errors';
import type { Desk } from './desk.svelte';
import type { OpenGateway } from './gateway.svelte';

/** A title and a sentence. */
type Words = [title: string, text: string];

export class Away {
  /** Jobs that ran when it was looked last, with what tells their end. */
  private running = new Map<string, () => Words>();

  constructor(
    private readonly client: Client,
    private readonly desk: Desk,
  ) {}

  /** Tells the end of every job that ran before; an effect calls it. */
  look(): void {
    const now = this.jobs();
    const ended = [...this.running].filter(([job]) => !now.has(job));
    this.running = now;
    for (const [, words] of ended) void this.client.tellInBackground(...words()).catch(() => undefined);
  }

  private jobs(): Map<string, () => Words> {
    const { desk } = this;
    const { restart, reset, recipes } = desk;
    const jobs = new Map<string, () => Words>();
    if (restart?.phase === 'running') {
      const name = desk.nameOf(restart.udn);
      jobs.set('restart', () => this.end(name, restart.failure, restart.phase === 'back' ? 'away_back' : 'away_lost'));
    }
    if (reset?.phase === 'running') {
      jobs.set('reset', () => this.end(desk.nameOf(reset.udn), reset.failure, 'away_reset'));
    }
    if (recipes.phase === 'running') {
      jobs.set('recipe', () => [t('away_recipe'), tn('away_recipe_gateways', recipes.results.length)]);
    }
    for (const gateway of desk.gateways) this.jobsOf(gateway, jobs);
    return jobs;
  }

  private jobsOf(gateway: OpenGateway, jobs: Map<string, () => Words>): void {
    const { udn, tests, draft, software } = gateway;
    const name = this.desk.nameOf(udn);
    if (tests.phase === 'running' || tests.phase === 'stopping') {
      jobs.set(`test ${udn}`, () => this.end(name, tests.failure, 'away_test'));
    }
    if (draft.phase === 'applying') {
      const key = () => (draft.result?.changes.every((one) => one.verified) ? 'away_applied' : 'away_differs');
      jobs.set(`apply ${udn}`, () => this.end(name, draft.failure, key()));
    }
    if (software.busy) jobs.set(`software ${udn}`, () => this.end(name, software.failure, 'away_software'));
  }

  private end(name: string, failure: Failure | null, key: Extract<MessageKey, `away_${string}`>): Words {
    if (failure) return [failureWords(failure, name).what, t('away_look')];
    return [name, t(key)];
  }
}
