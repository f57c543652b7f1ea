//! The rehearsed snapshots, profile report and followed values.
import type {
  ComparisonView,
  DifferenceView,
  FileFormat,
  ProfileReportView,
  RestoreItemView,
  RestoreView,
  SnapshotHead,
  VisitView,
} from './bindings';
import { failure, pause, UDN } from './mock-base';
import { RehearsedChanges } from './mock-change';

const origin = {
  udn: UDN,
  friendly_name: 'Hallway gateway',
  manufacturer: 'Example Networks',
  model_name: 'VDSL 7590',
  software_version: '7.57.1',
  location: '/BBF/',
  root: 'Device.',
  index_base: 0,
};

export function snapshotHead(id: number, more: Partial<SnapshotHead> = {}): SnapshotHead {
  return { id, udn: UDN, time: '2026-03-01T09:30:00Z', name: '', how: 'saved', origin, parameters: 48, ...more };
}

export function differenceView(path: string, left: string | null, right: string | null, more: Partial<DifferenceView> = {}): DifferenceView {
  return {
    path,
    upnp_path: path.replaceAll('.', '/').replace(/^Device/, '/BBF'),
    difference: left === null ? 'new' : right === null ? 'gone' : 'changed',
    left,
    right,
    setting: true,
    secret: false,
    ...more,
  };
}

export function comparisonView(more: Partial<ComparisonView> = {}): ComparisonView {
  return {
    left: origin,
    right: origin,
    differences: [
      differenceView('Device.WiFi.SSID.1.SSID', 'Attic', 'Hallway'),
      differenceView('Device.WiFi.SSID.3.SSID', 'Cellar', null),
      differenceView('Device.Time.NTPServer2', null, 'pool.example.org'),
      differenceView('Device.DeviceInfo.UpTime', '1200', '352811', { setting: false }),
    ],
    same: 44,
    ...more,
  };
}

function item(from: string, more: Partial<RestoreItemView> = {}): RestoreItemView {
  return {
    kind: 'set',
    from,
    path: from,
    upnp_path: from.replaceAll('.', '/').replace(/^Device/, '/BBF'),
    value: 'Attic',
    present: 'Hallway',
    secret: false,
    how: 'same_place',
    reason: null,
    detail: null,
    ...more,
  };
}

export function profileReport(more: Partial<ProfileReportView> = {}): ProfileReportView {
  const profile = { model: 'Device:2.11', since: '2.0', status: 'current' as const };
  return {
    udn: UDN,
    gateway: 'Hallway gateway',
    time: '2026-03-04T10:11:12Z',
    announced: ['urn:broadband-forum-org:tr-181-2-11-0'],
    structure_known: true,
    roles: ['Admin'],
    fulfilled: 1,
    partly: 1,
    absent: 1,
    profiles: [
      { ...profile, name: 'Baseline:1', state: 'fulfilled', members: 12, present: 12, missing: [] },
      {
        ...profile,
        name: 'WiFiRadio:1',
        state: 'partly',
        members: 20,
        present: 18,
        missing: [
          { path: 'Device.WiFi.Radio.{i}.AutoChannelEnable', writable: true, why: 'not_writable' },
          { path: 'Device.WiFi.Radio.{i}.Stats.', writable: false, why: 'not_supported' },
        ],
      },
      {
        ...profile,
        name: 'FAST:1',
        state: 'absent',
        members: 9,
        present: 0,
        missing: [{ path: 'Device.FAST.', writable: false, why: 'not_supported' }],
      },
    ],
    ...more,
  };
}

export class RehearsedKeeping extends RehearsedChanges {
  saved: SnapshotHead[] = [];
  comparison = comparisonView();
  /** What `restore` adds to the usual answer. */
  restored: Partial<RestoreView> = {};
  report = profileReport();
  /** Ends the running watch. */
  private endWatch: (() => void) | null = null;

  snapshots(udn: string) {
    return this.answer('snapshots', [...this.saved], udn);
  }

  async saveSnapshot(udn: string, name: string) {
    await this.answer('saveSnapshot', null, udn, name);
    await this.progress(udn);
    return this.remember({ name });
  }

  async dropSnapshot(id: number) {
    await this.answer('dropSnapshot', null, id);
    const before = this.saved.length;
    this.saved = this.saved.filter((one) => one.id !== id);
    return this.saved.length < before;
  }

  async visit(udn: string): Promise<VisitView | null> {
    await this.answer('visit', null, udn);
    const before = this.saved[0];
    this.remember({ how: 'visit' });
    return before ? { before, comparison: this.comparison } : null;
  }

  async compare(udn: string, left: number, right: number | null) {
    await this.answer('compare', null, udn, left, right);
    return this.comparison;
  }

  snapshotFile(id: number, format: FileFormat) {
    return this.answer('snapshotFile', `/home/anna/Documents/hallway-gateway-2026-03-01.${format}`, id, format);
  }

  async exportSnapshot(id: number, format: FileFormat, withSecrets: boolean, file: string) {
    await this.answer('exportSnapshot', null, id, format, withSecrets, file);
    return { file, secrets: withSecrets ? 2 : 0 };
  }

  async importSnapshot(udn: string, file: string) {
    await this.answer('importSnapshot', null, udn, file);
    if (!/\.(json|csv)$/.test(file)) throw failure('Usage', `${file} is no snapshot.`);
    return this.remember({ how: 'imported', name: 'From the old gateway' });
  }

  async importSnapshotText(udn: string, text: string) {
    await this.answer('importSnapshotText', null, udn, text);
    if (!text.includes('lanside-snapshot')) throw failure('Usage', 'line 1: this is no snapshot.');
    return this.remember({ how: 'imported', name: 'From the old gateway' });
  }

  async restore(udn: string, id: number): Promise<RestoreView> {
    await this.answer('restore', null, udn, id);
    await this.progress(udn);
    await this.stage(udn, '/BBF/WiFi/SSID/0/SSID', 'Attic');
    return {
      udn,
      snapshot: this.saved.find((one) => one.id === id) ?? snapshotHead(id),
      same_gateway: true,
      carried: [item('Device.WiFi.SSID.1.SSID')],
      changed: [item('Device.WiFi.SSID.3.SSID', { path: 'Device.WiFi.SSID.2.SSID', how: 'by_name', value: 'Guests' })],
      impossible: [
        item('Device.Users.User.1.Password', { path: null, upnp_path: null, how: null, reason: 'secret_not_kept', secret: true, value: null, present: null }),
        item('Device.X_OLD_Led.Colour', { path: null, upnp_path: null, how: null, reason: 'no_such_object', present: null }),
      ],
      same: 41,
      ...this.restored,
    };
  }

  profileReport(udn: string) {
    return this.answer('profileReport', this.report, udn);
  }

  saveProfileReport(report: ProfileReportView) {
    return this.answer('saveProfileReport', '/home/anna/Documents/hallway-gateway-profiles.html', report.udn);
  }

  async watch(udn: string, paths: string[], every: number) {
    await this.answer('watch', null, udn, paths, every);
    this.endWatch?.();
    this.emit({ kind: 'watched', udn, news: { kind: 'by', how: 'event', reason: null } });
    await new Promise<void>((done) => (this.endWatch = done));
  }

  async unwatch(udn: string) {
    await this.answer('unwatch', null, udn);
    this.endWatch?.();
    this.endWatch = null;
  }

  private remember(more: Partial<SnapshotHead>): SnapshotHead {
    const id = 1 + Math.max(0, ...this.saved.map((one) => one.id ?? 0));
    const head = snapshotHead(id, { time: '2026-03-04T10:11:12Z', ...more });
    this.saved = [head, ...this.saved];
    return head;
  }

  private async progress(udn: string) {
    for (const path of this.leaves.keys()) this.seen.add(path);
    this.emit({ kind: 'load_progress', udn, loaded: this.seen.size, total: this.leaves.size });
    await pause(this.pace.step);
    this.everything = true;
  }
}
