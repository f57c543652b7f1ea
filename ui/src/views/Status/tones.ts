//! How something is, where a mark and its word say it.
import type { MarkTone } from '../../components/Mark.svelte';

export type Tone = 'good' | 'bad' | 'pausing';

export const MARKS: Record<Tone, MarkTone> = { good: 'verified', bad: 'danger', pausing: 'muted' };
