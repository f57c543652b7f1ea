//! One table as a grid: the gateway's rows, those that wait in the draft, and what was typed.
import type { DraftView, EditView, Failure, GridColumnView, GridView } from '../ipc/bindings';
import type { Client } from '../ipc/client';
import { asFailure } from '../ipc/errors';
import type { Draft } from './draft.svelte';

export interface GridRow {
  id: string;
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
  /** What could not be put into the draft, and where. */
  problem = $state.raw<{ row: string; column: string; failure: Failure } | null>(null);
  filter = $state('');
  busy = $state(false);

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

  /** Puts a cell into the draft; whether it was taken. */
  async stage(row: GridRow, column: GridColumnView, value: string): Promise<boolean> {
    return this.attempt(row.id, column.name, () => this.client.stage(this.udn, row.id + column.name, value));
  }

  async addRow(): Promise<void> {
    await this.attempt(this.table, '', async () => (await this.client.addRow(this.udn, this.table, [])).draft);
  }

  /** Marks a row for deletion, or takes the mark back. */
  async toggleRow(row: GridRow): Promise<void> {
    const draft = () =>
      this.isDeleted(row) ? this.client.unstage(this.udn, row.id) : this.client.deleteRow(this.udn, row.id);
    await this.attempt(row.id, '', draft);
  }

  private async attempt(row: string, column: string, work: () => Promise<DraftView>): Promise<boolean> {
    this.problem = null;
    this.busy = true;
    try {
      this.draft.changed(await work());
      return true;
    } catch (reason) {
      this.problem = { row, column, failure: asFailure(reason) };
      return false;
    } finally {
      this.busy = false;
    }
  }

  private own(): GridRow[] {
    return (this.view?.rows ?? []).map((row) => ({
      id: row.upnp_path,
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
      number: '',
      label: null,
      cells: this.columns.map(() => null),
      refused: [],
      cut: [],
      isNew: true,
    }));
  }
}
