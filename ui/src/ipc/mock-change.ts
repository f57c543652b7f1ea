//! The rehearsed gateway when it is changed: forecast, history, rows of tables, attributes.
import type {
  ForecastView,
  GridColumnView,
  GridView,
  HistoryView,
  NamedValue,
  NodeAttributesView,
  NodeView,
  WayBackView,
} from './bindings';
import { failure, gatewayView, pause } from './mock-base';
import { shownPath } from './mock-leaves';
import { RehearsedTree } from './mock-tree';

/** A draft that does not touch the way. */
export function forecastView(more: Partial<ForecastView> = {}): ForecastView {
  return {
    severity: 'nothing',
    effects: [],
    found_at: null,
    own_address: '192.168.1.20',
    attached_to: 'Device.Ethernet.Interface.2.',
    ...more,
  };
}

export function historyEntry(id: number, more: Partial<HistoryView> = {}): HistoryView {
  return {
    id,
    time: '2026-03-04T10:11:12Z',
    state: 'verified',
    changes: [
      {
        kind: 'set',
        path: 'Device.WiFi.SSID.1.SSID',
        upnp_path: '/BBF/WiFi/SSID/0/SSID',
        old: 'Attic',
        new: 'Hallway',
        read_back: 'Hallway',
        secret: false,
      },
    ],
    detail: null,
    undoes: null,
    undone_by: null,
    undoable: true,
    ...more,
  };
}

export class RehearsedChanges extends RehearsedTree {
  /** What `forecast` answers. */
  outlook = forecastView();
  /** What `hunt` answers; false when the gateway does not turn up. */
  turnsUp = true;
  journal: HistoryView[] = [];
  /** Switched attributes by UPnP path. */
  private readonly switched = new Map<string, { events: boolean; alarms: boolean }>();
  private alarms = false;

  forecast(udn: string) {
    return this.answer('forecast', this.outlook, udn);
  }

  async hunt(udn: string, foundAt: string | null) {
    await this.answer('hunt', null, udn, foundAt);
    await pause(this.pace.step * 3);
    return this.turnsUp ? gatewayView({ udn, address: foundAt ?? '192.168.1.1' }) : null;
  }

  history(udn: string) {
    return this.answer('history', this.journal, udn);
  }

  async takeBack(udn: string, entry: number | null): Promise<WayBackView> {
    await this.answer('takeBack', null, udn, entry);
    const found = this.journal.find((one) => one.id === entry) ?? this.journal[0];
    const secrets: string[] = [];
    for (const change of found?.changes ?? []) {
      if (change.secret) secrets.push(change.path);
      else if (change.old !== null) await this.stage(udn, change.upnp_path, change.old);
    }
    return { draft: this.draftView(udn), left_out: secrets };
  }

  async grid(udn: string, table: string): Promise<GridView> {
    await this.answer('grid', null, udn, table);
    const columns: GridColumnView[] = [];
    const rows = new Map<string, NodeView[]>();
    for (const path of this.leaves.keys()) {
      if (!path.startsWith(table)) continue;
      const [row = '', name = '', more] = path.slice(table.length).split('/');
      if (more !== undefined || name === '') continue;
      this.seen.add(path);
      const node = this.node(path);
      if (!columns.some((column) => column.name === name)) {
        const { access, units, type, secret } = node;
        const enumeration = this.leaves.get(path)?.fact?.enumeration ?? [];
        columns.push({ name, access, units, type, secret, enumeration, list: false });
      }
      rows.set(row, [...(rows.get(row) ?? []), node]);
    }
    return {
      path: shownPath(table),
      upnp_path: table,
      rows_writable: !table.includes('Hosts'),
      columns,
      rows: [...rows].map(([row, cells]) => ({
        path: shownPath(`${table}${row}/`),
        upnp_path: `${table}${row}/`,
        label: this.leaves.get(`${table}${row}/SSID`)?.value ?? null,
        cells: columns.map((column) => cells.find((cell) => cell.name === column.name)?.value ?? null),
        refused: columns.flatMap((column, at) =>
          cells.some((cell) => cell.name === column.name && cell.status === 'refused') ? [at] : [],
        ),
        cut: [],
      })),
    };
  }

  async addRow(udn: string, table: string, values: NamedValue[]) {
    await this.answer('addRow', null, udn, table, values);
    const number = 1 + [...this.edits.values()].filter((edit) => edit.kind === 'create').length;
    const row = `${table}+${number}/`;
    this.keep('create', row, null);
    for (const { name, value } of values) this.keep('set', row + name, value);
    return { draft: this.announceDraft(udn), row };
  }

  async deleteRow(udn: string, row: string) {
    await this.answer('deleteRow', null, udn, row);
    const isNew = this.edits.has(row) && row.includes('+');
    for (const path of [...this.edits.keys()]) if (path.startsWith(row)) this.edits.delete(path);
    if (!isNew) this.keep('delete', row, null);
    return this.announceDraft(udn);
  }

  async locate(udn: string, path: string) {
    await this.answer('locate', null, udn, path);
    const known = new Set([...this.leaves.keys()].flatMap((leaf) => branches(leaf)));
    const found = [...known].find((one) => one === path || shownPath(one) === path);
    if (!found) throw failure('Usage', `There is no ${path}.`);
    return found;
  }

  async attributes(udn: string, paths: string[]) {
    await this.answer('attributes', null, udn, paths);
    return this.attributesView(paths);
  }

  async setAttributes(udn: string, paths: string[], events: boolean | null, alarms: boolean | null) {
    await this.answer('setAttributes', null, udn, paths, events, alarms);
    for (const path of paths) {
      const now = this.switched.get(path) ?? { events: false, alarms: false };
      this.switched.set(path, { events: events ?? now.events, alarms: alarms ?? now.alarms });
    }
    return this.attributesView(paths);
  }

  async setAlarms(udn: string, enabled: boolean) {
    await this.answer('setAlarms', null, udn, enabled);
    this.alarms = enabled;
    return enabled;
  }

  private attributesView(paths: string[]) {
    const nodes: NodeAttributesView[] = paths.map((path) => ({
      path: shownPath(path),
      upnp_path: path,
      type: this.leaves.get(path)?.type ?? null,
      access: this.leaves.get(path)?.write ? 'readWrite' : 'readOnly',
      event_on_change: this.switched.get(path)?.events ?? false,
      alarm_on_change: this.switched.get(path)?.alarms ?? false,
      version: 3,
      mime_type: null,
    }));
    return { nodes, alarms_enabled: this.alarms, attributes_version: 3 };
  }

  private keep(kind: 'create' | 'delete' | 'set', path: string, value: string | null) {
    this.edits.set(path, {
      kind,
      path: shownPath(path),
      upnp_path: path,
      old: null,
      new: value,
      secret: false,
      problem: null,
      conflict: null,
      warning: null,
      state: 'draft',
    });
  }
}

/** A path and every object it stands in. */
function branches(path: string): string[] {
  const parts = path.split('/');
  return parts.map((_, at) => (at + 1 < parts.length ? `${parts.slice(0, at + 1).join('/')}/` : path));
}
