//! What each kind of test asks for: the fields, their bounds, and the request they make.
import type { InterfacesToReset, TestKind, TestRequest } from '../ipc/bindings';

export type FieldId =
  | 'target' | 'repetitions' | 'timeout_ms' | 'block_size' | 'dscp' | 'max_hops' | 'dns_server' | 'port' | 'octets' | 'spec' | 'patience_s';
export type TestTexts = Partial<Record<FieldId, string>>;

export interface TestField {
  id: FieldId;
  /** Without it there is nothing to send. */
  needed: boolean;
  /** What the test is about: it stands in front, the others behind a fold. */
  front: boolean;
  /** Bounds of a whole number; nothing for a text. */
  least?: number;
  most?: number;
}

const NUMBERS: Partial<Record<FieldId, [number, number]>> = {
  repetitions: [1, 1000],
  timeout_ms: [1, 600_000],
  block_size: [1, 65_535],
  dscp: [0, 63],
  max_hops: [1, 64],
  port: [1, 65_535],
  octets: [1, 4_294_967_295],
  patience_s: [1, 1800],
};

const ASKED: Record<TestKind, FieldId[]> = {
  ping: ['target', 'repetitions', 'timeout_ms', 'block_size', 'dscp', 'patience_s'],
  traceroute: ['target', 'max_hops', 'timeout_ms', 'block_size', 'dscp', 'patience_s'],
  nslookup: ['target', 'dns_server', 'repetitions', 'timeout_ms', 'patience_s'],
  bandwidth: ['spec', 'patience_s'],
  selftest: ['patience_s'],
  interface_reset: ['patience_s'],
  download: ['target', 'dscp', 'patience_s'],
  upload: ['target', 'octets', 'dscp', 'patience_s'],
  udpecho: ['target', 'port', 'repetitions', 'timeout_ms', 'block_size', 'dscp', 'patience_s'],
  serverselection: ['target', 'repetitions', 'timeout_ms', 'patience_s'],
  neighbours: ['patience_s'],
  line: ['patience_s'],
};

const NEEDED: FieldId[] = ['target'];

/** What a test is about, whether it can do without or not. */
const FRONT: FieldId[] = ['target', 'spec'];

/** Tests that can go out through a chosen interface; the data model runs them then. */
export const THROUGH: readonly TestKind[] = ['ping', 'traceroute', 'nslookup', 'download', 'upload', 'udpecho', 'serverselection'];

/** Tests that interrupt the connection. */
export const INTERRUPTING: readonly TestKind[] = ['interface_reset', 'line'];

/** Fields of a test: what it cannot do without first. */
export function fieldsOf(kind: TestKind): TestField[] {
  return ASKED[kind].map((id) => {
    const [least, most] = NUMBERS[id] ?? [];
    return { id, needed: NEEDED.includes(id), front: FRONT.includes(id), least, most };
  });
}

/** Why a field cannot be sent as it is. */
export function problemOf(field: TestField, text: string): 'missing' | 'number' | null {
  const given = text.trim();
  if (given === '') return field.needed ? 'missing' : null;
  if (field.least === undefined || field.most === undefined) return null;
  const value = /^\d{1,10}$/.test(given) ? Number(given) : NaN;
  return value >= field.least && value <= field.most ? null : 'number';
}

/** `through` is the path of the interface to go out through; empty for the gateway's own choice. */
export function requestOf(kind: TestKind, texts: TestTexts, interfaces: InterfacesToReset, through = ''): TestRequest {
  const request: Record<string, string | number> = {};
  for (const field of fieldsOf(kind)) {
    const text = (texts[field.id] ?? '').trim();
    if (text !== '') request[field.id] = field.least === undefined ? text : Number(text);
  }
  if (kind === 'interface_reset') request.interfaces = interfaces;
  if (through && THROUGH.includes(kind)) request.interface = through;
  return request as TestRequest;
}
