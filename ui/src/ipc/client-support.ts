//! What the window may ask for support: recipes, what was said with gateways, reports of visits.
import type {
  ConversationView,
  Language,
  RecipeAnswer,
  RecipePlanView,
  RecipeReadView,
  RecipeResultView,
  SealView,
  SiteReport,
} from './bindings';

export interface SupportClient {
  /** A mistake in a recipe is part of the answer. */
  readRecipe(text: string): Promise<RecipeReadView>;
  /** What a recipe would do; nothing is sent but what reads. */
  planRecipe(text: string, answers: RecipeAnswer[], udns: string[]): Promise<RecipePlanView>;
  /** Sends what the plan of this number showed; each result arrives as an event, too. */
  runRecipe(number: number, evenIfCutOff: boolean): Promise<RecipeResultView[]>;
  /** What was said with gateways, from a number on. */
  conversation(from: number): Promise<ConversationView>;
  forgetConversation(): Promise<unknown>;
  /** What there is to report since a moment, RFC 3339; the last hours without one. */
  siteReport(udn: string, since: string | null, notes: string[]): Promise<SiteReport>;
  /** A free name of a file. */
  reportFile(name: string): Promise<string>;
  saveReport(report: SiteReport, language: Language, file: string): Promise<string>;
  showReport(file: string): Promise<unknown>;
  /** Whether a report is as it was sealed, and by whom. */
  verifyReport(document: string): Promise<SealView>;
}
