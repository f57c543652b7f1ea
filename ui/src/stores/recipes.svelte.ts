//! A recipe on its way: read, asked for, compared with gateways, sent.
import type { Failure, RecipePlanView, RecipeReadView, RecipeResultView } from '../ipc/bindings';
import type { Client } from '../ipc/client';
import { asFailure } from '../ipc/errors';

/** More than any recipe has; longer files are something else. */
export const RECIPE_OCTETS = 256 * 1024;

export type RecipePhase = 'open' | 'comparing' | 'compared' | 'running' | 'done';

export class Recipes {
  file = $state('');
  text = $state('');
  read = $state.raw<RecipeReadView | null>(null);
  tooLong = $state(false);
  answers = $state<Record<string, string>>({});
  chosen = $state.raw<string[]>([]);
  phase = $state<RecipePhase>('open');
  plan = $state.raw<RecipePlanView | null>(null);
  /** What is known by now, gateway by gateway. */
  results = $state.raw<RecipeResultView[]>([]);
  failure = $state.raw<Failure | null>(null);
  /** The person accepts to lose the way. */
  accepted = $state(false);

  recipe = $derived(this.read?.recipe ?? null);
  /** Variables without an answer. */
  missing = $derived(
    (this.recipe?.variables ?? []).filter((one) => {
      const given = this.answers[one.name] ?? '';
      return given === '' ? one.default === null : !fitsVariable(one, given);
    }),
  );
  changes = $derived(this.results.reduce((sum, one) => sum + one.changes.length, 0));
  /** Gateways something would be sent to. */
  concerned = $derived(this.results.filter((one) => one.outcome === 'planned').length);
  risky = $derived(
    this.phase === 'compared' &&
      this.results.some((one) => one.forecast?.severity === 'may_cut_off' || one.forecast?.severity === 'cut_off'),
  );
  busy = $derived(this.phase === 'comparing' || this.phase === 'running');

  constructor(private readonly client: Client) {}

  async load(file: string, text: string): Promise<void> {
    this.file = file;
    this.back();
    this.read = null;
    this.answers = {};
    this.tooLong = new Blob([text]).size > RECIPE_OCTETS;
    this.text = this.tooLong ? '' : text;
    if (this.tooLong) return;
    try {
      const read = await this.client.readRecipe(text);
      this.read = read;
      // A list begins with what is shown of it.
      for (const one of read.recipe?.variables ?? []) {
        this.answers[one.name] = one.default ?? one.one_of[0] ?? '';
      }
    } catch (reason) {
      this.failure = asFailure(reason);
    }
  }

  choose(udn: string, wanted: boolean): void {
    this.chosen = wanted ? [...this.chosen, udn] : this.chosen.filter((one) => one !== udn);
    this.back();
  }

  answer(name: string, value: string): void {
    this.answers[name] = value;
    if (!this.busy) this.back();
  }

  /** What was compared no longer holds. */
  back(): void {
    this.phase = 'open';
    this.plan = null;
    this.results = [];
    this.failure = null;
    this.accepted = false;
  }

  async compare(): Promise<void> {
    if (!this.recipe || this.busy) return;
    this.back();
    this.phase = 'comparing';
    const answers = this.recipe.variables
      .map(({ name }) => ({ name, value: this.answers[name] ?? '' }))
      .filter(({ value }) => value !== '');
    try {
      this.plan = await this.client.planRecipe(this.text, answers, this.chosen);
      this.results = this.plan.results;
      this.phase = 'compared';
    } catch (reason) {
      this.failure = asFailure(reason);
      this.phase = 'open';
    }
  }

  async run(): Promise<void> {
    if (!this.plan || this.phase !== 'compared' || (this.risky && !this.accepted)) return;
    this.phase = 'running';
    this.failure = null;
    try {
      this.results = await this.client.runRecipe(this.plan.number, this.accepted);
      // A secret that was sent is not kept where it was typed.
      for (const one of this.recipe?.variables ?? []) if (one.secret) this.answers[one.name] = '';
      this.phase = 'done';
    } catch (reason) {
      this.failure = asFailure(reason);
      this.phase = 'compared';
    }
  }

  /** One gateway is done while others still run. */
  progress(result: RecipeResultView): void {
    if (this.phase !== 'running') return;
    this.results = this.results.map((one) => (one.device === result.device ? result : one));
  }
}

/** Whether an answer is allowed, as the program will say, too. */
export function fitsVariable(one: { one_of: string[]; min_length: number; max_length: number }, answer: string): boolean {
  const length = [...answer].length;
  return length >= one.min_length && length <= one.max_length && (one.one_of.length === 0 || one.one_of.includes(answer));
}
