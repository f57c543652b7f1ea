//! Which gateways are open, which of them are seen, and how wide everything is:
//! what the window remembers of a desk from one run to the next.
const DESK = 'lanside.workspace';
const LAYOUT = 'lanside.layout';
/** Beyond this nobody finds a tab by its name any more. */
const TABS_LIMIT = 40;

/** Sizes in pixels; `split` is the share of the left one of two, in percent. */
export const SIZES = {
  rail: { usual: 240, least: 180, most: 420 },
  details: { usual: 380, least: 280, most: 640 },
  split: { usual: 50, least: 25, most: 75 },
} as const;
export type SizeName = keyof typeof SIZES;

export class Workspace {
  /** Gateways with a tab, in the order they were opened. */
  tabs = $state.raw<string[]>([]);
  /** Those that are seen: one, or two side by side. */
  panes = $state.raw<string[]>([]);
  /** The one commands are meant for. */
  current = $state<string | null>(null);
  sizes = $state<Record<SizeName, number>>({ rail: SIZES.rail.usual, details: SIZES.details.usual, split: SIZES.split.usual });
  /** A device that was only looked at: its tab goes when another comes. */
  private passing: string | null = null;

  constructor() {
    const desk = read(DESK);
    this.tabs = names(desk.tabs).slice(0, TABS_LIMIT);
    this.panes = names(desk.panes).filter((one) => this.tabs.includes(one)).slice(0, 2);
    const current = typeof desk.current === 'string' ? desk.current : null;
    this.current = current !== null && this.panes.includes(current) ? current : (this.panes[0] ?? null);
    const layout = read(LAYOUT);
    for (const name of Object.keys(SIZES) as SizeName[]) {
      const size = layout[name];
      if (typeof size === 'number' && Number.isFinite(size)) this.sizes[name] = within(name, size);
    }
  }

  get split(): boolean {
    return this.panes.length > 1;
  }

  /** Brings a gateway to the front. One that is only looked at keeps its tab until the next. */
  front(udn: string, passing = false): void {
    if (this.passing !== null && this.passing !== udn && !this.others().includes(this.passing)) {
      this.tabs = this.tabs.filter((one) => one !== this.passing);
    }
    const lasting = this.tabs.includes(udn) && this.passing !== udn;
    this.passing = passing && !lasting ? udn : null;
    if (!this.tabs.includes(udn)) this.tabs = [...this.tabs, udn].slice(-TABS_LIMIT);
    if (!this.panes.includes(udn)) {
      const at = Math.max(0, this.panes.indexOf(this.current ?? ''));
      this.panes = this.panes.length === 0 ? [udn] : this.panes.with(at, udn);
    }
    this.current = udn;
    this.store();
  }

  /** Takes a tab away; what stood beside it comes to the front. */
  close(udn: string): void {
    const at = this.tabs.indexOf(udn);
    this.tabs = this.tabs.filter((one) => one !== udn);
    if (this.passing === udn) this.passing = null;
    const hidden = this.tabs.filter((one) => !this.panes.includes(one));
    const next = hidden.find((one) => this.tabs.indexOf(one) >= at) ?? hidden.at(-1);
    this.panes = this.panes.flatMap((one) => (one !== udn ? [one] : this.split || next === undefined ? [] : [next]));
    if (this.current === udn) this.current = this.panes[0] ?? null;
    this.store();
  }

  /** Puts another tab beside the one in front, or goes back to one. */
  toggleSplit(): void {
    if (this.split) this.panes = this.current === null ? [] : [this.current];
    else {
      const at = this.tabs.indexOf(this.current ?? '');
      const other = this.tabs[at + 1] ?? this.tabs[at - 1];
      if (at < 0 || other === undefined) return;
      const front = this.current;
      this.panes = this.tabs.filter((one) => one === front || one === other);
    }
    this.store();
  }

  /** The tab so many places on, round the ends. */
  step(by: number): string | null {
    const at = this.tabs.indexOf(this.current ?? '');
    return this.tabs[(at + by + this.tabs.length) % this.tabs.length] ?? null;
  }

  resize(name: SizeName, size: number): void {
    this.sizes[name] = within(name, size);
    localStorage.setItem(LAYOUT, JSON.stringify(this.sizes));
  }

  private others(): string[] {
    return this.panes.filter((one) => one !== this.current);
  }

  private store(): void {
    const tabs = this.tabs.filter((one) => one !== this.passing);
    const panes = this.panes.filter((one) => tabs.includes(one));
    localStorage.setItem(DESK, JSON.stringify({ tabs, panes, current: this.current }));
  }
}

function within(name: SizeName, size: number): number {
  return Math.round(Math.min(SIZES[name].most, Math.max(SIZES[name].least, size)));
}

/** What was stored, as far as it can be read. */
function read(key: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(key) ?? '{}');
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

function names(value: unknown): string[] {
  return Array.isArray(value) ? [...new Set(value.filter((one) => typeof one === 'string' && one !== ''))] : [];
}
