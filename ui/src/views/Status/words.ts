//! From a status page to what stands on the screen: blocks of short rows.
import { decibels, rate, span } from '../../i18n/measures';
import { t, tn, type MessageKey } from '../../i18n/index.svelte';
import type { LineView, StatusView, WifiView } from '../../ipc/bindings';
import type { Tone } from './tones';

export interface StatusRow {
  label: string;
  value: string;
  mono?: boolean;
  tone?: Tone;
}

export interface StatusBlock {
  id: string;
  title: string;
  rows: StatusRow[];
}

const LINK_WORDS = [
  'Up', 'Down', 'LowerLayerDown', 'Dormant', 'NotPresent', 'Error', 'Unknown', 'Enabled', 'Disabled', 'Connected', 'Connecting',
  'Disconnected', 'Disconnecting', 'PendingDisconnect', 'Authenticating', 'Unconfigured', 'Initializing', 'EstablishingLink',
  'NoSignal', 'OK',
];
const GOOD = ['Up', 'Enabled', 'Connected', 'OK'];
const PAUSING = ['Connecting', 'Authenticating', 'Initializing', 'EstablishingLink', 'Dormant', 'Unknown', 'Unconfigured', 'Disabled', 'LowerLayerDown'];

/** A status word of the data model; one that is not standard stays as sent. */
export function linkWord(word: string): string {
  return LINK_WORDS.includes(word) ? t(`link_${word}` as MessageKey) : word;
}

export function linkTone(word: string): Tone {
  return GOOD.includes(word) ? 'good' : PAUSING.includes(word) ? 'pausing' : 'bad';
}

function row(label: MessageKey, value: string | null | undefined, more: Partial<StatusRow> = {}): StatusRow[] {
  return value ? [{ label: t(label), value, ...more }] : [];
}

function state(word: string | null): StatusRow[] {
  return word ? row('status_state', linkWord(word), { tone: linkTone(word) }) : [];
}

function both(label: MessageKey, down: number | null, up: number | null, say: (value: number) => string): StatusRow[] {
  if (down === null && up === null) return [];
  const one = (value: number | null) => (value === null ? '?' : say(value));
  return row(label, up === null ? one(down) : t('status_down_up', { down: one(down), up: one(up) }));
}

function line(view: LineView): StatusRow[] {
  return [
    ...state(view.status),
    ...both('status_rate', view.down_kbit, view.up_kbit, rate),
    ...both('status_rate_most', view.max_down_kbit, view.max_up_kbit, rate),
    ...row('status_profile', view.profile),
    ...both('status_margin', view.margin_down, view.margin_up, decibels),
    ...both('status_attenuation', view.attenuation_down, view.attenuation_up, decibels),
    ...row('status_optical', view.optical_level?.toString()),
  ];
}

function network(view: WifiView): StatusRow {
  const facts = [
    view.band,
    view.channel === null ? null : t('status_channel', { channel: view.channel }),
    view.security,
    view.enabled ? tn('status_stations', view.stations) : t('status_network_off'),
  ];
  return {
    label: view.ssid || t('status_hidden_name'),
    value: facts.filter((fact) => fact).join(' · '),
    // What works needs no mark; what was switched off says so.
    tone: view.enabled && view.status && linkTone(view.status) === 'bad' ? 'bad' : undefined,
  };
}

/** Blocks that have something to say, in the order support asks. */
export function blocks(status: StatusView): StatusBlock[] {
  const { identity, wan } = status;
  const all: StatusBlock[] = [
    {
      id: 'internet',
      title: t('status_internet'),
      rows: [
        ...state(wan.status),
        ...row('status_since', wan.since_s === null ? null : span(wan.since_s)),
        ...(wan.connection ? row('status_login', linkWord(wan.connection), { tone: linkTone(wan.connection) }) : []),
        ...(wan.last_error && wan.last_error !== 'ERROR_NONE' ? row('status_last_error', wan.last_error, { mono: true }) : []),
        ...row('status_wan_address', wan.addresses.join('\n'), { mono: true }),
        ...row('status_router', wan.router, { mono: true }),
        ...row('status_name_servers', wan.name_servers.join('\n'), { mono: true }),
      ],
    },
    ...status.lines.map((one, index) => ({
      id: `line-${index}`,
      title: t('status_line_of', { kind: one.kind }),
      rows: line(one),
    })),
    { id: 'wifi', title: t('status_wifi'), rows: status.wifi.map(network) },
    {
      id: 'identity',
      title: t('status_identity'),
      rows: [
        ...row('status_model', [identity.manufacturer, identity.model].filter((part) => part).join(' ')),
        ...row('status_serial', identity.serial_number, { mono: true }),
        ...row('status_hardware', identity.hardware_version),
        ...row('status_firmware', identity.software_version),
        ...row('status_address', identity.address, { mono: true }),
        ...row('status_up_for', status.up_time_s === null ? null : span(status.up_time_s)),
        ...(status.device_status
          ? row('status_says', [linkWord(status.device_status.status), status.device_status.detail].filter((part) => part).join(', '))
          : []),
      ],
    },
    {
      id: 'addresses',
      title: t('status_addresses'),
      rows: status.addresses.map((one) => ({ label: one.interface, value: one.address, mono: true })),
    },
    {
      id: 'software',
      title: t('status_software'),
      rows: status.software.map((unit) => ({ label: unit.name, value: `${unit.version} · ${unit.state}` })),
    },
  ];
  return all.filter((block) => block.rows.length > 0);
}
