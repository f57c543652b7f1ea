//! The rehearsal's answers about finding a gateway: the check of the network, the card.
import type { AdapterCheckView, CardView, DoctorView, FindingCode, FindingFacts, FindingView, Severity } from './bindings';
import { gatewayView } from './mock';

/** A finding with its facts, as the program sends it. */
export function finding(code: FindingCode, severity: Severity, facts: Partial<FindingFacts> = {}): FindingView {
  return {
    code,
    severity,
    message: '',
    next: null,
    facts: {
      adapters: [],
      other_adapters: [],
      addresses: [],
      gateway: null,
      programs: [],
      devices: [],
      count: null,
      detail: null,
      ...facts,
    },
  };
}

const wifi: AdapterCheckView = {
  name: 'wlp2s0',
  kind: 'wireless',
  up: true,
  multicast: true,
  addresses: ['192.168.1.20/24', 'fd00::20/64'],
  used: true,
  left_out: null,
  checks: [
    {
      address: '192.168.1.20',
      sent: true,
      not_sent: null,
      listening: true,
      not_listening: null,
      heard_back: true,
      other_hosts: 0,
      answers: 0,
      answering_hosts: [],
    },
    {
      address: 'fd00::20',
      sent: false,
      not_sent: 'Network is unreachable (os error 101)',
      listening: true,
      not_listening: null,
      heard_back: false,
      other_hosts: 0,
      answers: 0,
      answering_hosts: [],
    },
  ],
  gateways: [{ address: '192.168.1.1', answers_search: true, open_ports: [80], reachable: true }],
};

/** Wi-Fi that filters the search, beside a VPN and a cable nobody plugged in. */
export function doctorView(more: Partial<DoctorView> = {}): DoctorView {
  const bare = { up: true, multicast: true, used: false, checks: [], gateways: [] };
  return {
    adapters: [
      wifi,
      { ...bare, name: 'tun0', kind: 'vpn', addresses: ['10.8.0.3/24'], left_out: 'not_named' },
      { ...bare, name: 'enp3s0', kind: 'cable', addresses: [], up: false, left_out: 'down' },
      { ...bare, name: 'lo', kind: 'loopback', addresses: ['127.0.0.1/8'], left_out: 'loopback' },
    ],
    port_holders: [],
    group_adapter: 'wlp2s0',
    firewalls: [],
    devices: 0,
    manageable: 0,
    seconds: 3.8,
    findings: [
      finding('gateway_answers_unicast_only', 'problem', { gateway: '192.168.1.1', adapters: ['wlp2s0'] }),
      finding('nobody_answered', 'problem', { adapters: ['wlp2s0'], addresses: ['192.168.1.20'], count: 2 }),
      finding('vpn_up', 'hint', { adapters: ['tun0'] }),
      finding('multicast_works', 'ok', { adapters: ['wlp2s0'] }),
    ],
    ...more,
  };
}

/** What a gateway tells everybody. */
export function cardView(more: Partial<CardView> = {}): CardView {
  return {
    gateway: gatewayView({ software_version: '7.57.1' }),
    data_models: [{ uri: 'urn:broadband-forum-org:tr-181-2-11-0', location: '/BBF/', description: null }],
    protocols: ['WPS', 'PKCS5'],
    roles: ['Public'],
    ...more,
  };
}
