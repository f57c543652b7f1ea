//! Fuzzy words: every word typed has to be found, as a beginning, inside, or letter by letter.

/** Where the letters of what was typed stand in a text. */
export interface Found {
  /** The higher, the better it fits. */
  score: number;
  /** Places of the letters that match, rising. */
  at: number[];
}

const plain = (text: string) => [...text].map((one) => one.normalize('NFD')[0]?.toLowerCase() ?? one).join('');

/** How well a text fits words in any order; nothing when one of them is not there. */
export function fits(text: string, typed: string): Found | null {
  const words = plain(typed).split(/\s+/).filter(Boolean);
  const hay = plain(text);
  let score = 0;
  const at = new Set<number>();
  for (const word of words) {
    const found = wordIn(hay, word);
    if (!found) return null;
    score += found.score;
    for (const place of found.at) at.add(place);
  }
  // Of two that fit alike the shorter one is meant.
  return { score: score - hay.length / 1000, at: [...at].sort((a, b) => a - b) };
}

/** The entries that fit, best first; with nothing typed all of them as they are. */
export function ranked<T>(entries: readonly T[], typed: string, textOf: (entry: T) => readonly string[]): { entry: T; at: number[] }[] {
  if (!typed.trim()) return entries.map((entry) => ({ entry, at: [] }));
  const found = entries.flatMap((entry) => {
    const [first = '', ...others] = textOf(entry);
    const own = fits(first, typed);
    const more = others.map((text) => fits(text, typed)).filter((one) => one !== null);
    const best = Math.max(own ? own.score + 5 : -Infinity, ...more.map((one) => one.score));
    return best === -Infinity ? [] : [{ entry, at: own?.at ?? [], score: best }];
  });
  return found.sort((a, b) => b.score - a.score).map(({ entry, at }) => ({ entry, at }));
}

function wordIn(hay: string, word: string): Found | null {
  const whole = hay.indexOf(word);
  if (whole >= 0) {
    const begin = beginning(hay, word);
    const from = begin >= 0 ? begin : whole;
    return { score: (begin >= 0 ? 100 : 60) + (from === 0 ? 10 : 0), at: range(from, word.length) };
  }
  const at: number[] = [];
  let from = 0;
  for (const letter of word) {
    const place = hay.indexOf(letter, from);
    if (place < 0) return null;
    at.push(place);
    from = place + 1;
  }
  const spread = (at.at(-1) ?? 0) - (at[0] ?? 0) + 1;
  // Letters far apart are a coincidence, not a word.
  if (spread > word.length * 4 || !begins(hay, at[0] ?? 0)) return null;
  return { score: 30 * (word.length / spread), at };
}

function beginning(hay: string, word: string): number {
  for (let from = hay.indexOf(word); from >= 0; from = hay.indexOf(word, from + 1)) {
    if (begins(hay, from)) return from;
  }
  return -1;
}

function begins(hay: string, at: number): boolean {
  return at === 0 || !/[\p{L}\p{N}]/u.test(hay[at - 1] ?? '');
}

function range(from: number, length: number): number[] {
  return Array.from({ length }, (_, index) => from + index);
}
