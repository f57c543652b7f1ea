//! Numbers of gateways in the words of a language.
import { language, t } from './index.svelte';

/** A number with at most `digits` decimals. */
export function decimal(value: number, digits = 1): string {
  return new Intl.NumberFormat(language(), { maximumFractionDigits: digits }).format(value);
}

/** A span in the two largest units that say something. */
export function span(seconds: number): string {
  const [days, hours, minutes] = [Math.floor(seconds / 86_400), Math.floor(seconds / 3_600) % 24, Math.floor(seconds / 60) % 60];
  if (days > 0) return t('unit_days_hours', { days, hours });
  return hours > 0 ? t('unit_hours_minutes', { hours, minutes }) : t('unit_short_minutes', { minutes });
}

/** A rate given in kbit/s. */
export function rate(kbit: number): string {
  return t('unit_megabits', { value: decimal(kbit / 1000) });
}

/** A rate given in bit/s, in the unit that keeps it short. */
export function bitRate(bits: number): string {
  return bits < 1_000_000 ? t('unit_kilobits', { value: decimal(bits / 1000, bits < 100_000 ? 1 : 0) }) : rate(bits / 1000);
}

/** Tenths of a decibel, as the data model counts. */
export function decibels(tenths: number): string {
  return t('unit_decibels', { value: decimal(tenths / 10) });
}

/** Milliseconds. */
export function milliseconds(value: number): string {
  return t('unit_milliseconds', { value: decimal(value, value < 10 ? 1 : 0) });
}

/** Day and time of an RFC 3339 instant, short. */
export function moment(instant: string): string {
  const date = new Date(instant);
  if (Number.isNaN(date.getTime())) return instant;
  const tag = language() === 'en' ? 'en-GB' : language();
  return new Intl.DateTimeFormat(tag, { dateStyle: 'short', timeStyle: 'short' }).format(date);
}
