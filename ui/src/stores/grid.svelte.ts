//! One table as a grid: the gateway's rows, those that wait in the draft, and what was typed.
import type { DraftView, EditView, Failure, GridColumnView, GridView } from '../ipc/bindings';
import type { Client } from '../ipc/client';
import { asFailure } from '../ipc/errors';
import type { Draft } from './draft.svelte';
import type { OpenText, OpenTexts } from './open-texts.svelte';

export interface GridRow {
  id: string;
  /** Shown path. */
  path: string;
  /** What the first column says: the row's number, or that it is new. */
  number: string;
  label: string | null;
  cells: (string | null)[];
  refused: number[];
  /** Columns whose value is too long to be here as a whole. */
  cut: number[];
  isNew: boolean;
}

export class Grid {
  phase = $state<'loading' | 'ready' | 'failed'>('loading');
  view = $state.raw<GridView | null>(null);
  failure = $state.raw<Failure | null>(null);
  /** What could not be done with a row or a flag. */
  private refused = $state.raw<{ row: string; column: string; failure: Failure } | null>(null);
  filter = $state('');
  busy = $state(false);

  /** What could not be put into the draft, and where. */
  problem = $derived.by(() => {
    const texts = this.texts.all.flatMap(({ upnpPath, text, failure }) => {
      const cell = this.cellOf(upnpPath);
      return failure && cell ? [{ ...cell, text, failure }] : [];
    });
    return this.refused ?? texts.at(-1) ?? null;
  });
  columns = $derived(this.view?.columns ?? []);
  rows = $derived.by(() => [...this.own(), ...this.made()]);
  shown = $derived.by(() => {
    const words = this.filter.toLowerCase().split(/\s+/).filter((word) => word);
    if (words.length === 0) return this.rows;
    return this.rows.filter((row) => {
      const hay = [row.number, row.label, ...row.cells].join(' ').toLowerCase();
      return words.every((word) => hay.includes(word));
    });
  });

  constructor(
    private readonly client: Client,
    private readonly udn: string,
    readonly table: string,
    private readonly draft: Draft,
    /** What was typed into cells, until the draft has it: neither a refusal nor closing loses it. */
    private readonly texts: OpenTexts,
  ) {}

  async load(): Promise<void> {
    if (!this.view) this.phase = 'loading';
    this.failure = null;
    try {
      this.view = await this.client.grid(this.udn, this.table);
      this.phase = 'ready';
    } catch (reason) {
      this.failure = asFailure(reason);
      this.phase = 'failed';
    }
  }

  /** What waits for a cell. */
  editAt(row: GridRow, column: GridColumnView): EditView | null {
    return this.draft.editOf(row.id + column.name);
  }

  isDeleted(row: GridRow): boolean {
    return !row.isNew && this.draft.editOf(row.id)?.kind === 'delete';
  }

  isCut(row: GridRow, column: GridColumnView): boolean {
    return row.cut.includes(this.columns.indexOf(column));
  }

  canEdit(row: GridRow, column: GridColumnView): boolean {
    // Of a long value only the beginning is here: saving that would lose the rest.
    return column.access !== 'readOnly' && !this.isDeleted(row) && !this.isCut(row, column);
  }

  /** What was typed into a cell and is not in the draft. */
  typedAt(row: GridRow, column: GridColumnView): OpenText | null {
    return this.texts.of(row.id + column.name);
  }

  isWrong(row: GridRow, column: GridColumnView): boolean {
    const here = this.problem?.row === row.id && this.problem.column === column.name;
    return here || Boolean(this.typedAt(row, column)?.failure);
  }

  /** What the field of a cell begins with. */
  textAt(row: GridRow, column: GridColumnView): string {
    const typed = this.typedAt(row, column)?.text;
    return typed ?? (column.secret ? '' : (this.present(row, column) ?? ''));
  }

  /** Takes what was typed into a cell; whether there is nothing left to correct. */
  async take(row: GridRow, column: GridColumnView, text: string): Promise<boolean> {
    if ((column.secret && text === '') || text === this.present(row, column)) {
      this.giveUp(row, column);
      return true;
    }
    const typed = this.texts.put(this.place(row, column), text);
    const failure = await this.attempt(() => this.client.stage(this.udn, typed.upnpPath, text));
    // Something newer may have been typed into it meanwhile.
    if (this.texts.of(typed.upnpPath) !== typed) return true;
    if (failure) this.texts.put(typed, text, failure);
    else this.texts.drop(typed.upnpPath);
    return failure === null;
  }

  /** Something was typed into the field of a cell; nothing is staged yet. */
  type(row: GridRow, column: GridColumnView, text: string): void {
    if (text === this.textAt(row, column)) return;
    // What was wrong stays said until the draft has it.
    this.texts.put(this.place(row, column), text, this.typedAt(row, column)?.failure);
  }

  /** Forgets what was typed into a cell. */
  giveUp(row: GridRow, column: GridColumnView): void {
    this.refused = null;
    this.texts.drop(row.id + column.name);
  }

  /** Puts a flag into the draft. */
  async stage(row: GridRow, column: GridColumnView, value: string): Promise<void> {
    await this.change(row.id, column.name, () => this.client.stage(this.udn, row.id + column.name, value));
  }

  async addRow(): Promise<void> {
    await this.change(this.table, '', async () => (await this.client.addRow(this.udn, this.table, [])).draft);
  }

  /** Marks a row for deletion, or takes the mark back. */
  async toggleRow(row: GridRow): Promise<void> {
    const draft = () =>
      this.isDeleted(row) ? this.client.unstage(this.udn, row.id) : this.client.deleteRow(this.udn, row.id);
    await this.change(row.id, '', draft);
  }

  private place(row: GridRow, column: GridColumnView) {
    return { upnpPath: row.id + column.name, path: row.path + column.name, secret: column.secret };
  }

  /** The cell of a path, where it is one of this table. */
  private cellOf(upnpPath: string): { row: string; column: string } | null {
    if (!upnpPath.startsWith(this.table)) return null;
    const [row = '', column = '', ...deeper] = upnpPath.slice(this.table.length).split('/');
    const known = deeper.length === 0 && this.columns.some((one) => one.name === column);
    return known ? { row: `${this.table}${row}/`, column } : null;
  }

  private present(row: GridRow, column: GridColumnView): string | null {
    return this.editAt(row, column)?.new ?? row.cells[this.columns.indexOf(column)] ?? null;
  }

  private async change(row: string, column: string, work: () => Promise<DraftView>): Promise<void> {
    const failure = await this.attempt(work);
    if (failure) this.refused = { row, column, failure };
  }

  /** What went wrong; nothing when the draft was changed. */
  private async attempt(work: () => Promise<DraftView>): Promise<Failure | null> {
    this.refused = null;
    this.busy = true;
    try {
      this.draft.changed(await work());
      return null;
    } catch (reason) {
      return asFailure(reason);
    } finally {
      this.busy = false;
    }
  }

  private own(): GridRow[] {
    return (this.view?.rows ?? []).map((row) => ({
      id: row.upnp_path,
      path: row.path,
      number: row.path.replace(/[./]$/, '').split(/[./]/).at(-1) ?? '',
      label: row.label,
      cells: row.cells,
      refused: row.refused,
      cut: row.cut,
      isNew: false,
    }));
  }

  private made(): GridRow[] {
    const edits = this.draft.view?.edits ?? [];
    const isHere = (edit: EditView) =>
      edit.kind === 'create' && edit.upnp_path.startsWith(this.table) && !edit.upnp_path.slice(this.table.length, -1).includes('/');
    return edits.filter(isHere).map((edit) => ({
      id: edit.upnp_path,
      path: edit.path,
      number: '',
      label: null,
      cells: this.columns.map(() => null),
      refused: [],
      cut: [],
      isNew: true,
    }));
  }
}
