//! What stands in the rehearsed tree.
import type { FactView, ParameterFactsView } from './bindings';

export interface Leaf {
  value: string;
  type: string;
  write: boolean;
  fact?: Partial<FactView>;
  facts?: Partial<ParameterFactsView>;
  secret?: boolean;
  refused?: boolean;
  /** Characters of the whole value, where only its beginning is here. */
  whole?: number;
  meaning?: string;
}

/** Everything a model says, from what the short form says. */
export function factsOf(upnpPath: string, fact: FactView, more: Partial<ParameterFactsView> = {}): ParameterFactsView {
  return {
    path: shownPath(upnpPath).replace(/\.\d+(?=\.)/g, '.{i}'),
    upnp_path: upnpPath.replace(/\/\d+(?=\/)/g, '/#'),
    model: 'Device:2.11',
    kind: 'parameter',
    access: 'readWrite',
    type: fact.type,
    named_type: null,
    list: fact.list,
    units: fact.units,
    ranges: fact.range ? [fact.range] : [],
    lengths: fact.max_length == null ? [] : [`≤ ${fact.max_length}`],
    enumeration: fact.enumeration,
    report_only: [],
    patterns: [],
    default: fact.default,
    default_kind: null,
    secret: false,
    command: false,
    since: fact.since,
    status: fact.status,
    references: [],
    unique_keys: [],
    number_of_entries: null,
    profiles: [],
    meaning: null,
    description: null,
    imported: null,
    ...more,
  };
}

export function plant(leaves: Map<string, Leaf>, rows: number): void {
  const text = (value: string, write = false, more: Partial<Leaf> = {}): Leaf => ({ value, type: 'string', write, fact: {}, ...more });
  const count = (value: number, units: string | null = null): Leaf => ({ value: String(value), type: 'unsignedInt', write: false, fact: { units } });
  const toggle = (value: boolean, write = true): Leaf => ({ value: String(value), type: 'boolean', write, fact: { default: 'false' } });
  const root = '/BBF/';
  const set = (path: string, leaf: Leaf) => leaves.set(root + path, leaf);
  set('DeviceInfo/Manufacturer', text('Example Networks'));
  set('DeviceInfo/ModelName', text('VDSL 7590'));
  set('DeviceInfo/SoftwareVersion', text('7.57.1'));
  set('DeviceInfo/UpTime', { ...count(352_811, 'seconds'), meaning: 'Time since the gateway started.' });
  set('DeviceInfo/ProvisioningCode', text('', true, { fact: { max_length: 64 } }));
  set('DeviceInfo/MemoryStatus/Total', count(524_288, 'kilobytes'));
  set('DeviceInfo/MemoryStatus/Free', count(201_344, 'kilobytes'));
  set('Time/Enable', toggle(true));
  set('Time/NTPServer1', text('ntp.example.net', true, { fact: { max_length: 64 } }));
  set('WiFi/RadioNumberOfEntries', count(2));
  for (const [row, band] of ['2.4GHz', '5GHz'].entries()) {
    set(`WiFi/Radio/${row}/Enable`, toggle(true));
    set(`WiFi/Radio/${row}/OperatingFrequencyBand`, text(band, true, { fact: { enumeration: ['2.4GHz', '5GHz'] } }));
    set(`WiFi/Radio/${row}/Channel`, {
      value: row ? '36' : '6', type: 'unsignedInt', write: true, fact: { range: '1 … 255' },
      meaning: 'Channel the radio uses now.',
    });
    set(`WiFi/Radio/${row}/TransmitPower`, { value: '100', type: 'int', write: true, fact: { range: '-1 … 100', units: 'percent' } });
  }
  for (const [row, name] of ['Hallway', 'Guests'].entries()) {
    set(`WiFi/SSID/${row}/Enable`, toggle(row === 0));
    set(`WiFi/SSID/${row}/Status`, text(row === 0 ? 'Up' : 'Down'));
    set(`WiFi/SSID/${row}/SSID`, text(name, true, { fact: { max_length: 32 }, meaning: 'Name of the Wi-Fi, as devices list it.' }));
    set(`WiFi/AccessPoint/${row}/Security/ModeEnabled`, text('WPA2-Personal', true, { fact: { enumeration: ['None', 'WPA2-Personal', 'WPA3-Personal'] } }));
    set(`WiFi/AccessPoint/${row}/Security/KeyPassphrase`, text('', true, { secret: true, fact: { max_length: 63 } }));
  }
  set('WiFi/SSID/0/LowerLayers', text('Device.WiFi.Radio.1.', true, { facts: { references: ['Device.WiFi.Radio.'], list: true, named_type: null } }));
  set('WiFi/SSID/1/LowerLayers', text('', true, { facts: { references: ['Device.WiFi.Radio.'], list: true } }));
  set('DeviceInfo/X_OLD', text('1', true, {
    fact: { status: 'deprecated', enumeration: ['1', '2'] },
    facts: { report_only: ['2'], patterns: ['[12]'], profiles: ['Baseline:1'], description: 'What the maker wrote.' },
  }));
  set('ManagementServer/Password', text('', true, { secret: true }));
  set('DeviceInfo/X_DUMP', { ...text('the beginning'), write: true, whole: 12_000_000 });
  set('Users/User/0/Username', { ...text('admin'), refused: true });
  set('X_EXAMPLE_Led/Brightness', { value: '60', type: 'int', write: true });
  for (let row = 0; leaves.size < rows; row += 1) {
    set(`Hosts/Host/${row}/PhysAddress`, text(`02:00:00:00:${hex(row >> 8)}:${hex(row)}`));
    set(`Hosts/Host/${row}/IPAddress`, text(`10.0.${(row >> 8) & 255}.${row & 255}`));
    set(`Hosts/Host/${row}/Active`, toggle(row % 3 === 0, false));
    set(`Hosts/Host/${row}/HostName`, text(`host-${row}`));
  }
}

function hex(value: number): string {
  return (value & 255).toString(16).padStart(2, '0');
}

export function shownPath(upnpPath: string): string {
  return upnpPath
    .replace(/^\/BBF/, 'Device')
    .replace(/\/(\d+)(?=\/)/g, (_, row: string) => `.${Number(row) + 1}`)
    .replaceAll('/', '.');
}
