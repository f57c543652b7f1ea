//! What the rehearsed gateway tells besides its settings: how it is, where it is broken.
import type { Ladder, LadderView, Layer, Rung, RungProblem, StatusPage } from './bindings';
import { RehearsedKeeping } from './mock-keep';

export class RehearsedOperations extends RehearsedKeeping {
  /** Why the login at the provider fails; nothing when all is well. */
  broken: RungProblem | null = null;
  /** What `ladder` answers instead of the usual ones. */
  ladders: Ladder[] | null = null;
  page: StatusPage = statusPage();

  async status(udn: string): Promise<StatusPage> {
    await this.answer('status', null, udn);
    return { ...this.page, status: { ...this.page.status, ladders: this.ladders ?? ladders(this.broken) } };
  }

  async ladder(udn: string): Promise<LadderView> {
    await this.answer('ladder', null, udn);
    return { udn, ladders: this.ladders ?? ladders(this.broken) };
  }
}

function rung(layer: Layer, path: string, name: string | null, more: Partial<Rung> = {}): Rung {
  const evidence = [{ path: `${path}Status`, value: 'Up' }];
  return { layer, path, name, state: 'holds', problem: null, evidence, ...more };
}

/** The ladders of a VDSL gateway, whole or broken at the login. */
export function ladders(problem: RungProblem | null): Ladder[] {
  const waits: Partial<Rung> = problem ? { state: 'waits' } : {};
  const ppp = 'Device.PPP.Interface.1.';
  const login: Partial<Rung> = problem
    ? {
        state: 'broken',
        problem,
        evidence: [
          { path: `${ppp}Status`, value: 'Down' },
          { path: `${ppp}LastConnectionError`, value: 'ERROR_AUTHENTICATION_FAILURE' },
        ],
      }
    : {};
  return [
    {
      purpose: 'internet',
      name: null,
      rungs: [
        rung('line', 'Device.DSL.Line.1.', 'dsl0'),
        rung('channel', 'Device.DSL.Channel.1.', 'dsl0_0'),
        rung('link', 'Device.Ethernet.Link.1.', 'wan0'),
        rung('vlan', 'Device.Ethernet.VLANTermination.1.', 'wan0.7'),
        rung('ppp', ppp, 'ppp0', login),
        rung('address', 'Device.IP.Interface.1.', 'ppp0', waits),
        rung('route', 'Device.Routing.Router.1.IPv4Forwarding.1.', null, waits),
        rung('dns', 'Device.DNS.Client.', null, waits),
      ],
      broken: problem ? 4 : null,
      next: problem
        ? { do: 'check_value', path: 'Device.WiFi.SSID.1.SSID' }
        : { do: 'test', kind: 'nslookup', target: 'www.example.net' },
    },
    {
      purpose: 'wifi',
      name: '5GHz',
      rungs: [
        rung('radio', 'Device.WiFi.Radio.2.', 'wl1'),
        rung('network', 'Device.WiFi.SSID.2.', 'wl1'),
        rung('access_point', 'Device.WiFi.AccessPoint.2.', 'ap-home-5'),
      ],
      broken: null,
      next: null,
    },
    {
      purpose: 'lan',
      name: null,
      rungs: [rung('address', 'Device.IP.Interface.2.', 'br-lan'), rung('dhcp_server', 'Device.DHCPv4.Server.Pool.1.', null)],
      broken: null,
      next: null,
    },
  ];
}

function statusPage(): StatusPage {
  return {
    ticket: 'Gateway: Example Networks VDSL 7590, hardware 2, firmware 7.57.1\nUp for: 4 d 2 h\n',
    status: {
      udn: '',
      time: '2026-03-04T10:11:12Z',
      identity: {
        name: 'Hallway gateway',
        manufacturer: 'Example Networks',
        model: 'VDSL 7590',
        serial_number: 'EX7590-001122',
        hardware_version: '2',
        software_version: '7.57.1',
        address: '192.168.1.1',
      },
      up_time_s: 352_811,
      device_status: { status: 'OK', since: null, detail: null },
      wan: {
        interface: 'Device.IP.Interface.1.',
        status: 'Up',
        since_s: 352_700,
        connection: 'Connected',
        last_error: 'ERROR_NONE',
        addresses: ['198.51.100.24', '2001:db8:42::7'],
        router: '198.51.100.1',
        name_servers: ['192.0.2.53', '192.0.2.54'],
      },
      lines: [
        {
          kind: 'DSL',
          status: 'Up',
          profile: '35b',
          down_kbit: 249_990,
          up_kbit: 41_998,
          max_down_kbit: 261_340,
          max_up_kbit: 48_210,
          margin_down: 86,
          margin_up: 88,
          attenuation_down: 127,
          attenuation_up: 41,
          optical_level: null,
        },
      ],
      addresses: [{ interface: 'br-lan', address: '192.168.1.1', mask: '255.255.255.0', wan: false }],
      wifi: [
        { ssid: 'Hallway', enabled: true, status: 'Up', band: '5GHz', channel: 36, security: 'WPA3-Personal', stations: 4 },
        { ssid: 'Guests', enabled: false, status: 'Down', band: '2.4GHz', channel: 6, security: 'WPA2-Personal', stations: 0 },
      ],
      hosts: {
        known: 16,
        active: 2,
        list: [
          { name: 'laptop-anna', address: '192.168.1.21', mac: '02:00:5E:B0:00:01' },
          { name: '', address: null, mac: '02:00:5E:B0:00:02' },
        ],
      },
      last_changes: [{ time: '2026-03-03T18:00:00Z', paths: ['Device.WiFi.SSID.1.SSID'], state: 'verified' }],
      draft_count: 0,
      alarms: [],
      software: [],
      ladders: [],
    },
  };
}
