//! Who the rehearsed gateway is, and who it is no longer; and where secrets are.
import type { ChangedView, FirstContactView, GatewayView, SecretsView } from './bindings';

const OLD = '2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae';
const NEW = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08';

export function changedView(udn: string, more: Partial<ChangedView> = {}): ChangedView {
  return {
    udn,
    old: {
      certificate: { fingerprint: OLD, fingerprint_words: 'mesur binal korad ufete lanik obram' },
      identity: '7c1f9a52-3b60-5e0d-9a44-1f2b3c4d5e6f',
      since: '2026-01-12T09:14:00Z',
      how: 'pin',
      serial_number: 'EX7590-001122',
    },
    new: { fingerprint: NEW, fingerprint_words: 'kolup tavem dorin selag wiped nomar' },
    new_serial_number: 'EX7590-004711',
    likely: ['replaced', 'impostor'],
    ...more,
  };
}

export function firstContact(gateway: GatewayView, more: Partial<FirstContactView> = {}): FirstContactView {
  const changed = gateway.state === 'changed';
  return {
    udn: gateway.udn,
    fingerprint: NEW,
    fingerprint_words: 'kolup tavem dorin selag wiped nomar',
    common_name: 'EX7590-001122',
    friendly_name: gateway.friendly_name,
    manufacturer: gateway.manufacturer,
    model_name: gateway.model_name,
    serial_number: gateway.serial_number,
    trusted_fingerprint: changed ? OLD : null,
    changed: changed ? changedView(gateway.udn) : null,
    address: gateway.address,
    adapter: gateway.interface,
    first_seen: '2026-03-02T09:14:00Z',
    protected: false,
    methods: ['label_pin', 'push_button'],
    locked: false,
    roles: ['Public'],
    weak_tls: [],
    ...more,
  };
}

/** Where secrets are kept: a keyring that answers, unless told otherwise. */
export function secretsView(more: Partial<SecretsView> = {}): SecretsView {
  return {
    kind: 'keyring',
    state: { type: 'ready' },
    sealed_file_exists: false,
    sealed_file: '/home/anna/.local/share/lanside/secrets.sealed',
    detail: null,
    ...more,
  };
}
