//! Texts of the window: one typed lookup, two complete languages, of which the one in use is
//! fetched.
import type { MessageKey } from './en';

export type Language = 'en' | 'de';
type Plural<K> = K extends `${infer Stem}_one` ? Stem : never;
/** Stem of a text that exists as `…_one` and `…_other`. */
export type PluralKey = Plural<MessageKey>;
export type { MessageKey };
export type Values = Record<string, string | number>;

type Catalogue = Record<MessageKey, string>;
const sources: Record<Language, () => Promise<Catalogue>> = {
  en: () => import('./en').then(({ en }) => en),
  de: () => import('./de').then(({ de }) => de),
};
const catalogues: Partial<Record<Language, Catalogue>> = {};
/** The one asked for last: what is fetched too late is not switched to. */
let wanted: Language = 'en';
let current = $state<Language>('en');

/** Language in use; reading it makes a view follow a change. */
export function language(): Language {
  return current;
}

/** Fetches the texts of a language, once. */
export async function fetchLanguage(language: Language): Promise<void> {
  catalogues[language] ??= await sources[language]();
}

/** Switches every text at once, as soon as the texts are here. */
export async function useLanguage(next: Language): Promise<void> {
  wanted = next;
  if (!catalogues[next]) await fetchLanguage(next);
  if (wanted !== next) return;
  current = next;
  if (typeof document !== 'undefined') document.documentElement.lang = next;
}

/** The first language of the list that we speak, otherwise English. */
export function preferredLanguage(tags: readonly string[]): Language {
  for (const tag of tags) {
    const base = tag.toLowerCase().split('-')[0];
    if (base === 'de' || base === 'en') return base;
  }
  return 'en';
}

/** The text of a key, with `{name}` places filled. */
export function t(key: MessageKey, values?: Values): string {
  return fill(text(key), values);
}

/** The text for a count; `{count}` is filled with the grouped number. */
export function tn(stem: PluralKey, count: number, values?: Values): string {
  const form = new Intl.PluralRules(current).select(count) === 'one' ? 'one' : 'other';
  const key = `${stem}_${form}` as MessageKey;
  return fill(text(key), { ...values, count: number(count) });
}

/** A whole number, grouped as the language does. */
export function number(value: number): string {
  return new Intl.NumberFormat(current).format(value);
}

/** A measured number, with at most two decimals. */
export function amount(value: number): string {
  return new Intl.NumberFormat(current, { maximumFractionDigits: 2 }).format(value);
}

/** Names one after the other: `a`, `a and b`, `a, b and c`. */
export function list(names: readonly string[]): string {
  return new Intl.ListFormat(current === 'en' ? 'en-GB' : current).format(names);
}

/** Seconds with at most one decimal; a number nobody has is zero. */
export function seconds(given: number | null): string {
  const value = given ?? 0;
  const digits = value < 10 ? 1 : 0;
  const text = new Intl.NumberFormat(current, {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  }).format(value);
  return t('unit_seconds', { value: text });
}

/** A span people wait: from ninety seconds on in minutes. */
export function lasting(value: number): string {
  return value < 90 ? tn('unit_whole_seconds', Math.ceil(value)) : tn('unit_minutes', Math.round(value / 60));
}

/** How long something took: below a second in milliseconds. */
export function took(given: number | null): string {
  const value = given ?? 0;
  return value < 1 ? t('unit_milliseconds', { value: number(Math.max(1, Math.round(value * 1000))) }) : seconds(value);
}

/** Day of an RFC 3339 instant, as it is here. */
export function day(instant: string): string {
  const date = new Date(instant);
  if (Number.isNaN(date.getTime())) return instant;
  return new Intl.DateTimeFormat(current === 'en' ? 'en-GB' : current, { dateStyle: 'long' }).format(date);
}

/** Day and time of an RFC 3339 instant, short. */
export function when(instant: string): string {
  const date = new Date(instant);
  if (Number.isNaN(date.getTime())) return instant;
  return new Intl.DateTimeFormat(current === 'en' ? 'en-GB' : current, { dateStyle: 'medium', timeStyle: 'short' }).format(date);
}

/** Clock time of an RFC 3339 instant. */
export function clock(instant: string): string {
  const date = new Date(instant);
  if (Number.isNaN(date.getTime())) return instant;
  return new Intl.DateTimeFormat(current, { timeStyle: 'medium' }).format(date);
}

function text(key: MessageKey): string {
  return catalogues[current]?.[key] ?? key;
}

function fill(text: string, values?: Values): string {
  if (!values) return text;
  return text.replace(/\{(\w+)\}/g, (place, name: string) =>
    name in values ? String(values[name]) : place,
  );
}
