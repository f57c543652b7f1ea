//! What is drawn of the tones: one chart a measure and direction, with what was held before.
import type { Series } from '../../components/LineChart.svelte';
import { number, t, type MessageKey } from '../../i18n/index.svelte';
import { decimal } from '../../i18n/measures';
import type { LineTonesView, Tones } from '../../ipc/bindings';

type Measure = 'snr_db' | 'bits' | 'qln_dbm_hz' | 'hlog_db';
type Direction = 'down' | 'up';

/** In the order people look at them; the scale of each reaches at least so far. */
const MEASURES: { id: Measure; unit: MessageKey; from?: number; to?: number }[] = [
  { id: 'snr_db', unit: 'unit_decibels', from: 0 },
  { id: 'bits', unit: 'unit_bits', from: 0, to: 15 },
  { id: 'qln_dbm_hz', unit: 'unit_dbm_hz' },
  { id: 'hlog_db', unit: 'unit_decibels', to: 0 },
];

export interface ToneChart {
  id: string;
  title: string;
  summary: string;
  series: Series[];
  marks: { at: number; text: string }[];
  say: (value: number) => string;
  from?: number;
  to?: number;
}

/** The charts of every line; a measure the gateway does not tell has none. */
export function pictures(view: LineTonesView, held: LineTonesView | null): { path: string; charts: ToneChart[] }[] {
  return view.lines
    .map((line) => {
      const before = held?.lines.find((one) => one.path === line.path) ?? null;
      const charts = (['down', 'up'] as const).flatMap((direction) =>
        MEASURES.map((measure) => chart(measure, direction, line[direction], before?.[direction] ?? null)),
      );
      return { path: line.path, charts: charts.filter((one) => one !== null) };
    })
    .filter((line) => line.charts.length > 0);
}

function chart(measure: (typeof MEASURES)[number], direction: Direction, now: Tones, held: Tones | null): ToneChart | null {
  const values = now[measure.id];
  if (!values.some((value) => value !== null)) return null;
  const before = held?.[measure.id] ?? [];
  const say = (value: number) => t(measure.unit, { value: decimal(value) });
  const series: Series[] = [{ values, label: t('tones_now') }];
  if (before.length > 0) series.push({ values: before, label: t('tones_before'), faint: true });
  const last = values.length * now.group_size;
  return {
    id: `${direction}-${measure.id}`,
    title: t(`tones_${measure.id}`, { direction: t(`tones_${direction}`) }),
    summary: summary(values, before, say),
    series,
    marks: [0, 0.25, 0.5, 0.75, 1].map((at) => ({ at, text: at === 0 ? t('tones_tone', { number: 0 }) : number(Math.round(last * at)) })),
    say,
    from: measure.from,
    to: measure.to,
  };
}

function summary(values: (number | null)[], before: (number | null)[], say: (value: number) => string): string {
  const now = mean(values);
  if (now === null) return '';
  const then = mean(before);
  const words = [t('tones_mean', { value: say(now) })];
  if (then !== null) words.push(t('tones_mean_before', { value: say(then) }));
  return words.join(', ');
}

function mean(values: (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length > 0 ? known.reduce((sum, value) => sum + value, 0) / known.length : null;
}
