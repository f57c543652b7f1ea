//! What the window may ask about the parameter tree beyond reading and editing it: what a
//! change does, what was done, tables, saved trees, followed values.
import type {
  AttributesView,
  ComparisonView,
  DraftView,
  ExportedSnapshot,
  FileFormat,
  ForecastView,
  GatewayView,
  GridView,
  HistoryView,
  Language,
  NamedValue,
  NewRowView,
  ProfileReportView,
  RestoreView,
  SnapshotHead,
  VisitView,
  WayBackView,
} from './bindings';

export interface TreeClient {
  /** What the draft does to the way to the gateway; nothing is sent. */
  forecast(udn: string): Promise<ForecastView>;
  /** Looks for a gateway that moved for at most 20 seconds; nothing when it does not turn up. */
  hunt(udn: string, foundAt: string | null): Promise<GatewayView | null>;
  history(udn: string): Promise<HistoryView[]>;
  /** Puts the way back of an entry into the draft; of the last one without a number. */
  takeBack(udn: string, entry: number | null): Promise<WayBackView>;
  /** A table with all its rows, read now. */
  grid(udn: string, table: string): Promise<GridView>;
  addRow(udn: string, table: string, values: NamedValue[]): Promise<NewRowView>;
  deleteRow(udn: string, row: string): Promise<DraftView>;
  /** UPnP path of a path in either notation. */
  locate(udn: string, path: string): Promise<string>;
  attributes(udn: string, paths: string[]): Promise<AttributesView>;
  /** `null` leaves an attribute as it is. */
  setAttributes(udn: string, paths: string[], events: boolean | null, alarms: boolean | null): Promise<AttributesView>;
  setAlarms(udn: string, enabled: boolean): Promise<boolean>;
  snapshots(udn: string): Promise<SnapshotHead[]>;
  saveSnapshot(udn: string, name: string): Promise<SnapshotHead>;
  dropSnapshot(id: number): Promise<boolean>;
  /** Remembers the tree that was read as a whole; nothing on the first visit. */
  visit(udn: string): Promise<VisitView | null>;
  /** A snapshot beside another, or beside what the gateway has now. */
  compare(udn: string, left: number, right: number | null): Promise<ComparisonView>;
  /** A free name of a file. */
  snapshotFile(id: number, format: FileFormat): Promise<string>;
  exportSnapshot(id: number, format: FileFormat, withSecrets: boolean, file: string): Promise<ExportedSnapshot>;
  importSnapshot(udn: string, file: string): Promise<SnapshotHead>;
  /** The same for the text of a file that was dropped on the window. */
  importSnapshotText(udn: string, text: string): Promise<SnapshotHead>;
  /** Puts a snapshot into the draft; nothing is sent. */
  restore(udn: string, id: number): Promise<RestoreView>;
  profileReport(udn: string): Promise<ProfileReportView>;
  saveProfileReport(report: ProfileReportView, language: Language): Promise<string>;
  /** Follows values until `unwatch` or the next `watch`; what changes arrives as events. */
  watch(udn: string, paths: string[], everyS: number): Promise<unknown>;
  unwatch(udn: string): Promise<unknown>;
}
