//! Software of the rehearsed gateway, the tones of its line, channels around it, its traffic.
import type {
  BandView,
  ChannelsView,
  LineTonesView,
  SoftwareAct,
  SoftwareChange,
  SoftwareChangeView,
  SoftwareListView,
  Tones,
  TrafficView,
} from './bindings';
import { pause, UDN } from './mock-base';
import { RehearsedTests } from './mock-tests';

export class RehearsedMeasures extends RehearsedTests {
  installed: SoftwareListView = softwareList();
  /** States a change goes through before it is over. */
  changeStates = ['Requested', 'InProgress', 'Completed'];
  changed: Partial<SoftwareChangeView> = {};
  tones: LineTonesView = lineTones();
  channels: ChannelsView = channelsView();
  private endTraffic: (() => void) | null = null;

  software(udn: string) {
    return this.answer('software', this.installed, udn);
  }

  async changeSoftware(udn: string, change: SoftwareChange): Promise<SoftwareChangeView> {
    await this.answer('changeSoftware', null, udn, change);
    this.emit({ kind: 'software_progress', udn, news: { news: 'started', operation_id: 4, patience_s: 600 } });
    for (const state of this.changeStates) {
      this.emit({ kind: 'software_progress', udn, news: { news: 'state', state, seconds: 1 } });
      await pause(this.pace.step);
    }
    this.installed = after(this.installed, change);
    return {
      udn,
      act: change.act,
      operation_id: 4,
      targets: [],
      seconds: 12,
      restarted: false,
      verified: true,
      now: this.installed,
      ...this.changed,
    };
  }

  lineTones(udn: string) {
    return this.answer('lineTones', this.tones, udn);
  }

  wifiChannels(udn: string) {
    return this.answer('wifiChannels', this.channels, udn);
  }

  async watchTraffic(udn: string) {
    await this.answer('watchTraffic', null, udn);
    this.endTraffic?.();
    await new Promise<void>((done) => (this.endTraffic = done));
  }

  async unwatchTraffic(udn: string) {
    await this.answer('unwatchTraffic', null, udn);
    this.endTraffic?.();
    this.endTraffic = null;
  }
}

const ACTS: SoftwareAct[] = ['install', 'update', 'uninstall', 'start', 'stop'];

export function softwareList(more: Partial<SoftwareListView> = {}): SoftwareListView {
  return {
    udn: UDN,
    firmware: '7.57.1',
    source: 'software_management',
    offered: ACTS,
    units: [
      { id: 1, name: 'firmware', version: '7.57.1', kind: 'Firmware', state: 'Installed', url: null, vendor: null },
      { id: 3, name: 'vpn', version: '3.1', kind: 'Application', state: 'Installed', url: 'http://192.0.2.7/vpn.ipk', vendor: null },
    ],
    executions: [{ id: 8, name: 'vpnd', version: '3.1', requested: 'Active', state: 'Running', fault: null }],
    ...more,
  };
}

function after(list: SoftwareListView, change: SoftwareChange): SoftwareListView {
  switch (change.act) {
    case 'install': {
      const unit = { id: 9, name: 'new', version: '1.0', kind: 'Application', state: 'Installed', url: change.url, vendor: null };
      return { ...list, units: [...list.units, unit] };
    }
    case 'update':
      return { ...list, units: list.units.map((one) => (one.id === change.id ? { ...one, version: '3.2', url: change.url } : one)) };
    case 'uninstall':
      return { ...list, units: list.units.filter((one) => one.id !== change.id) };
    default: {
      const state = change.act === 'start' ? 'Running' : 'Stopped';
      return { ...list, executions: list.executions.map((one) => (one.id === change.id ? { ...one, state } : one)) };
    }
  }
}

/** Tones of a line, with a band that is not used; `noise` takes away from the signal. */
export function tones(groups = 64, noise = 0): Tones {
  const over = (value: (at: number) => number) =>
    Array.from({ length: groups }, (_, at) => (at % 32 > 27 ? null : Math.round(value(at) * 10) / 10));
  return {
    group_size: 8,
    snr_db: over((at) => Math.max(0, 52 - at * 0.5 - noise - 2 * Math.sin(at / 2))),
    qln_dbm_hz: over((at) => -132 + noise - at / 20),
    hlog_db: over((at) => -3 - at * 0.6),
    bits: over((at) => Math.max(0, Math.min(15, Math.round(14 - at / 6 - noise / 3)))),
  };
}

export function lineTones(more: Partial<LineTonesView> = {}): LineTonesView {
  return {
    udn: UDN,
    time: '2026-03-04T10:11:12Z',
    lines: [{ path: 'Device.DSL.Line.1.', down: tones(), up: { ...tones(16), bits: [] } }],
    ...more,
  };
}

export function channelsView(more: Partial<ChannelsView> = {}): ChannelsView {
  const band = (name: string, own: number, numbers: number[], busy: Record<number, [number, number]>): BandView => ({
    band: name,
    own,
    channels: numbers.map((channel) => {
      const [overlapping, strongest] = busy[channel] ?? [0, null];
      return { channel, networks: overlapping > 0 ? 1 : 0, overlapping, strongest_dbm: strongest, own: channel === own };
    }),
  });
  return {
    udn: UDN,
    looked_at: '2026-03-04T10:11:12Z',
    bands: [
      band('2.4GHz', 6, Array.from({ length: 13 }, (_, at) => at + 1), { 1: [2, -58], 2: [2, -58], 6: [3, -48], 11: [1, -80] }),
      band('5GHz', 36, [36, 40, 44, 48, 52, 56, 60, 64, 100, 104, 108, 112], { 44: [1, -64], 48: [1, -64] }),
    ],
    ...more,
  };
}

/** Rates of one reading. */
export function trafficView(received: number | null, more: Partial<TrafficView> = {}): TrafficView {
  return {
    time: '2026-03-04T10:11:12Z',
    seconds: 2,
    interfaces: [
      { path: 'Device.IP.Interface.1.', name: 'wan', received_bps: received, sent_bps: 1_200_000, errors: 0 },
      { path: 'Device.IP.Interface.2.', name: 'br-lan', received_bps: 900_000, sent_bps: received, errors: null },
    ],
    ...more,
  };
}
