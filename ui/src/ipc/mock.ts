//! A rehearsal of the program behind the window: for development in a browser
//! and for tests. Scenes: full, empty, silent, changed, new, large, refused.
import type {
  AppEvent,
  ApplyView,
  ArgumentValue,
  CardView,
  ChangedView,
  ChangeView,
  Code,
  DeviceActionsView,
  DiscoveryView,
  DraftView,
  EditView,
  FactView,
  Failure,
  FirstContactView,
  GatewayView,
  NodeDetailsView,
  NodeKind,
  NodeView,
  PairingStep,
  PairWish,
  RebootPhase,
  SecretsView,
} from './bindings';
import type { Client } from './client';
import { affected, identityView, ownIdentity, RehearsedAccess } from './mock-access';
import { changedView, firstContact } from './mock-trust';
import { answerTo, deviceActions, writtenCall } from './mock-actions';
import { cardView, doctorView } from './mock-doctor';

export const UDN = 'uuid:6d61726b-6574-4c61-8e73-696465000001';

interface Leaf {
  value: string;
  type: string;
  write: boolean;
  fact?: Partial<FactView>;
  secret?: boolean;
  refused?: boolean;
  meaning?: string;
}

/** Delays of a scene, in milliseconds; tests set them to zero. */
export interface Pace {
  answer: number;
  step: number;
}

/** A `Failure` as a call rejects with it. */
export function failure(code: Code, message: string, more: Partial<Failure> = {}): Failure {
  return {
    code,
    message,
    detail: null,
    upnp_code: null,
    next: null,
    kind: { type: 'internal' },
    gateway: null,
    step: null,
    ...more,
  };
}

export function gatewayView(more: Partial<GatewayView> = {}): GatewayView {
  return {
    udn: UDN,
    friendly_name: 'Hallway gateway',
    manufacturer: 'Example Networks',
    model_name: 'VDSL 7590',
    model_number: '2',
    serial_number: 'EX7590-001122',
    software_version: null,
    address: '192.168.1.1',
    interface: 'enp3s0',
    location: 'http://192.168.1.1:49000/desc.xml',
    secure_location: 'https://192.168.1.1:49443/desc.xml',
    services: [],
    kind: 'tr064',
    state: 'paired',
    reason: null,
    last_seen: null,
    draft_count: 0,
    ...more,
  };
}

export class Rehearsal implements Client {
  readonly calls: { name: string; args: unknown[] }[] = [];
  discovery: DiscoveryView;
  protected_ = true;
  roles = ['Admin'];
  user: string | null = null;
  demoPin: string | null = null;
  pin = '12345670';
  /** What `deviceActions` answers instead of the usual list. */
  actions: DeviceActionsView | null = null;
  /** A call named here rejects with the failure, until it is removed. */
  readonly failing = new Map<string, Failure>();
  /** Paths whose value stays another one after Apply. */
  readonly stubborn = new Set<string>();
  private readonly leaves = new Map<string, Leaf>();
  private readonly edits = new Map<string, EditView>();
  private readonly listeners = new Set<(event: AppEvent) => void>();
  private readonly seen = new Set<string>();
  private everything = false;
  private cancelled = false;

  constructor(
    private readonly pace: Pace = { answer: 0, step: 0 },
    rows = 0,
  ) {
    this.discovery = {
      interfaces: [
        { name: 'enp3s0', address: '192.168.1.20', left_out: null },
        { name: 'tun0', address: '10.8.0.3', left_out: 'point-to-point, no multicast' },
      ],
      devices: [gatewayView()],
    };
    plant(this.leaves, rows);
  }

  emit(event: AppEvent): void {
    for (const listener of this.listeners) listener(event);
  }

  about() {
    return this.answer('about', { version: '0.1.0', demo_pin: this.demoPin });
  }

  doctor = doctorView();

  async whyNothing() {
    await this.answer('whyNothing', null);
    return this.doctor;
  }

  async discover() {
    this.emit({ kind: 'search_started', discovery: { ...this.discovery, devices: [] } });
    await this.answer('discover', null);
    for (const gateway of this.discovery.devices) this.emit({ kind: 'gateway_found', gateway });
    await pause(this.pace.step);
    return this.discovery;
  }

  addByAddress(address: string) {
    return this.answer('addByAddress', gatewayView({ address }), address);
  }

  /** What `show` answers besides the gateway. */
  card = cardView();

  async show(udn: string): Promise<CardView> {
    await this.answer('show', null, udn);
    const gateway = this.view(udn) ?? gatewayView();
    return { ...this.card, gateway: { ...gateway, software_version: this.card.gateway.software_version } };
  }

  /** What the first contact tells besides. */
  contact: Partial<FirstContactView> = {};
  /** What differs from the time of pairing, in the scenes of a change. */
  change: ChangedView = changedView(UDN);
  /** Steps of an introduction by button wait for these. */
  busyAttempts = 0;
  private typed: ((pin: string) => void) | null = null;
  private pressed: (() => void) | null = null;
  private stopPairing: ((reason: Failure) => void) | null = null;

  firstContact(udn: string) {
    return this.answer('firstContact', firstContact(this.view(udn) ?? gatewayView({ udn }), this.contact), udn);
  }

  async pair(udn: string, wish: PairWish) {
    let { pin } = wish;
    await this.answer('pair', null, udn, { ...wish, pin: pin === null ? null : '[secret]' });
    const tell = (step: PairingStep, more: { seconds?: number; attempt?: number; attempts?: number } = {}) => {
      this.emit({ kind: 'pairing_progress', udn, step, seconds: null, attempt: null, attempts: null, ...more });
      return pause(this.pace.step);
    };
    await tell('connecting');
    await tell('greeting');
    for (let attempt = 1; attempt <= this.busyAttempts; attempt += 1) {
      await tell('waiting_busy', { seconds: 10, attempt, attempts: 6 });
    }
    if (wish.method === 'screen_pin') {
      await tell('waiting_pin', { seconds: 60 });
      pin = await new Promise<string>((done, stop) => {
        this.typed = done;
        this.stopPairing = stop;
      });
    }
    if (wish.method === 'push_button') {
      await tell('waiting_button', { seconds: 120 });
      await new Promise<void>((done, stop) => {
        this.pressed = done;
        this.stopPairing = stop;
      });
    }
    await tell('proving_first_half');
    if (pin !== null && pin.replace(/\D/g, '') !== this.pin) {
      throw failure('PinRejected', 'Hallway gateway did not accept the first half of the PIN.', {
        kind: { type: 'pin_first_half' },
        next: 'compare the PIN with the label',
      });
    }
    await tell('proving_second_half');
    await tell('reading_roles');
    this.emit({ kind: 'gateway_found', gateway: { ...(this.view(udn) ?? gatewayView()), state: 'paired' } });
    return {
      udn,
      certificate_sha256: '9f86d081',
      roles: this.roles,
      how: wish.method === 'push_button' || wish.method === 'first_use' ? wish.method : ('pin' as const),
      weak_tls: [],
    };
  }

  enterPin(udn: string, pin: string) {
    this.typed?.(pin);
    return this.answer('enterPin', null, udn, '[secret]');
  }

  trust(udn: string) {
    return this.answer('trust', this.protected_ ? changedView(udn).old : null, udn);
  }

  buttonPressed(udn: string) {
    this.pressed?.();
    return this.answer('buttonPressed', null, udn);
  }

  cancelPairing(udn: string) {
    this.stopPairing?.(failure('Usage', 'Stopped.', { kind: { type: 'cancelled' } }));
    return this.answer('cancelPairing', null, udn);
  }

  async login(udn: string, name: string, password: string) {
    await this.answer('login', null, udn, name);
    if (password !== 'secret') throw failure('PinRejected', 'Name or password is wrong.');
    this.user = name;
    this.roles = ['Admin'];
    return { roles: this.roles, needed: [] };
  }

  logout(udn: string) {
    this.user = null;
    this.roles = ['Public'];
    return this.answer('logout', { roles: this.roles, needed: [] }, udn);
  }

  async forget(udn: string) {
    await this.answer('forget', null, udn);
    const view = this.view(udn);
    if (view) this.emit({ kind: 'gateway_found', gateway: { ...view, state: 'new' } });
  }

  async open(udn: string) {
    await this.answer('open', null, udn);
    if (this.view(udn)?.state === 'changed') {
      throw failure('IdentityChanged', 'Hallway gateway shows another certificate.', {
        kind: { type: this.change.new ? 'certificate_changed' : 'protection_dropped', changed: this.change },
      });
    }
    return this.session(udn);
  }

  async close(udn: string) {
    await this.answer('close', null, udn);
  }

  async children(udn: string, upnpPath: string) {
    await this.answer('children', null, udn, upnpPath);
    const prefix = upnpPath === '/' ? '/' : upnpPath;
    const found = new Map<string, NodeView>();
    for (const path of this.leaves.keys()) {
      if (!path.startsWith(prefix)) continue;
      const rest = path.slice(prefix.length);
      const cut = rest.indexOf('/');
      const child = cut < 0 ? path : prefix + rest.slice(0, cut + 1);
      if (!found.has(child)) {
        if (cut < 0) this.seen.add(child);
        found.set(child, this.node(child));
      }
    }
    this.emit({ kind: 'session_changed', session: this.session(udn) });
    return [...found.values()];
  }

  async loadSubtree(udn: string, upnpPath: string) {
    await this.answer('loadSubtree', null, udn, upnpPath);
    this.cancelled = false;
    const paths = [...this.leaves.keys()].filter((path) => path.startsWith(upnpPath));
    const batch = Math.max(1, Math.ceil(paths.length / 12));
    for (let at = 0; at < paths.length && !this.cancelled; at += batch) {
      for (const path of paths.slice(at, at + batch)) this.seen.add(path);
      this.emit({ kind: 'load_progress', udn, loaded: this.seen.size, total: this.leaves.size });
      await pause(this.pace.step);
    }
    if (upnpPath === '/' && !this.cancelled) this.everything = true;
    return this.session(udn);
  }

  async cancelLoad(udn: string) {
    this.cancelled = true;
    await this.answer('cancelLoad', null, udn);
  }

  async details(udn: string, upnpPath: string, language: string): Promise<NodeDetailsView> {
    await this.answer('details', null, udn, upnpPath, language);
    const leaf = this.leaves.get(upnpPath);
    const fact: FactView | null = leaf?.fact
      ? {
          type: leaf.type,
          list: false,
          enumeration: [],
          range: null,
          max_length: null,
          units: null,
          default: null,
          since: '2.0',
          status: 'current',
          ...leaf.fact,
        }
      : null;
    return {
      node: this.node(upnpPath),
      fact,
      meaning: leaf?.meaning ?? null,
      read_at: leaf ? '2026-03-04T10:11:12Z' : null,
      locked_because: leaf && !leaf.write ? 'The gateway sets it itself.' : null,
      refers_to: null,
      links: [],
      referred_by: [],
      facts: null,
    };
  }

  async read(udn: string, upnpPaths: string[]) {
    await this.answer('read', null, udn, upnpPaths);
    return upnpPaths.map((path) => this.node(path));
  }

  async search(udn: string, text: string, limit: number) {
    await this.answer('search', null, udn, text, limit);
    const words = text.toLowerCase().split(/\s+/).filter((word) => word);
    const known = [...this.leaves].filter(([path]) => this.everything || this.seen.has(path));
    const hits = known.filter(([path, leaf]) => {
      const hay = `${path} ${leaf.secret ? '' : leaf.value}`.toLowerCase();
      return words.every((word) => hay.includes(word));
    });
    return {
      hits: hits.slice(0, limit).map(([path]) => this.node(path)),
      matches: hits.length,
      searched: known.length,
      total: this.leaves.size,
    };
  }

  async draft(udn: string) {
    await this.answer('draft', null, udn);
    return this.draftView(udn);
  }

  async stage(udn: string, upnpPath: string, value: string) {
    const leaf = this.leaves.get(upnpPath);
    await this.answer('stage', null, udn, upnpPath, leaf?.secret ? '[secret]' : value);
    if (!leaf?.write) throw failure('Usage', 'The value cannot be changed.');
    this.edits.set(upnpPath, {
      kind: 'set',
      path: shownPath(upnpPath),
      upnp_path: upnpPath,
      old: leaf.secret ? null : leaf.value,
      new: leaf.secret ? null : value,
      secret: leaf.secret ?? false,
      problem: null,
      conflict: null,
      warning: upnpPath.endsWith('/SSID') ? 'wifi_needs_new_name' : null,
      state: 'draft',
    });
    return this.announceDraft(udn);
  }

  async unstage(udn: string, upnpPath: string) {
    await this.answer('unstage', null, udn, upnpPath);
    this.edits.delete(upnpPath);
    return this.announceDraft(udn);
  }

  async discard(udn: string) {
    await this.answer('discard', null, udn);
    this.edits.clear();
    return this.announceDraft(udn);
  }

  async review(udn: string) {
    await this.answer('review', null, udn);
    return this.draftView(udn);
  }

  async apply(udn: string): Promise<ApplyView> {
    await this.answer('apply', null, udn);
    await pause(this.pace.step);
    const changes: ChangeView[] = [...this.edits.values()].map((edit) => {
      const leaf = this.leaves.get(edit.upnp_path);
      const stays = this.stubborn.has(edit.upnp_path);
      if (leaf && !stays && edit.new !== null) leaf.value = edit.new;
      return {
        kind: edit.kind,
        path: edit.path,
        upnp_path: edit.upnp_path,
        old: edit.old,
        new: edit.new,
        read_back: edit.secret ? null : (leaf?.value ?? null),
        verified: !stays && !edit.secret,
        state: stays ? 'differs' : edit.secret ? 'accepted' : 'verified',
      };
    });
    this.edits.clear();
    this.announceDraft(udn);
    return { status: 'ChangesApplied', changes, journal_id: 1, failure: null };
  }

  async reboot(udn: string) {
    await this.answer('reboot', null, udn);
    const phases: RebootPhase[] = ['sent', 'gone', 'announced', 'reachable', 'secured', 'verified'];
    const began = Date.now();
    for (const phase of phases) {
      const now = new Date();
      const step = { time: now.toISOString(), phase, seconds: (now.getTime() - began) / 1000 };
      this.emit({ kind: 'reboot_progress', udn, step });
      await pause(this.pace.step * 2);
    }
    return { back: true, seconds: (Date.now() - began) / 1000, usual_seconds: 74 };
  }

  deviceActions(udn: string) {
    return this.answer('deviceActions', this.actions ?? deviceActions(udn), udn);
  }

  async callAction(udn: string, service: string, action: string, given: ArgumentValue[]) {
    await this.answer('callAction', null, udn, service, action, given);
    return { out: answerTo(action), seconds: 0.04 };
  }

  callLines(udn: string, service: string, action: string, given: ArgumentValue[]) {
    return this.answer('callLines', writtenCall(service, action, given), udn, service, action, given);
  }

  rolesForCall(udn: string, service: string, action: string) {
    return this.answer('rolesForCall', { roles: this.roles, needed: ['Admin'] }, udn, service, action);
  }

  /** The access list, as the gateway keeps it. */
  readonly acl = new RehearsedAccess();

  access(udn: string) {
    return this.answer('access', this.acl.list(), udn);
  }

  async addUser(udn: string, name: string, password: string, roles: string[]) {
    await this.answer('addUser', null, udn, name, secret(password), roles);
    return this.acl.add(identityView({ name, roles }));
  }

  async addControlPoint(udn: string, id: string, name: string, roles: string[]) {
    await this.answer('addControlPoint', null, udn, id, name, roles);
    return this.acl.addComputer(id, name, roles);
  }

  async renameControlPoint(udn: string, who: string, name: string) {
    await this.answer('renameControlPoint', null, udn, who, name);
    return this.acl.edit(who, (one) => ({ ...one, alias: name }));
  }

  async grantRole(udn: string, who: string, role: string) {
    await this.answer('grantRole', null, udn, who, role);
    return this.acl.edit(who, (one) => ({ ...one, roles: [...one.roles, role] }));
  }

  async revokeRole(udn: string, who: string, role: string, confirmation: string | null) {
    await this.answer('revokeRole', null, udn, who, role, confirmation);
    return this.acl.edit(who, (one) => ({ ...one, roles: one.roles.filter((held) => held !== role) }));
  }

  async removeIdentity(udn: string, who: string, confirmation: string | null) {
    await this.answer('removeIdentity', null, udn, who, confirmation);
    return this.acl.edit(who, () => null);
  }

  async changePassword(udn: string, name: string, password: string) {
    await this.answer('changePassword', null, udn, name, secret(password));
    return { verified: false, access: this.acl.list() };
  }

  own = ownIdentity();

  secrets: SecretsView = { kind: 'keyring', state: { type: 'ready' }, sealed_file_exists: false, detail: null };

  secretsView() {
    return this.answer('secretsView', this.secrets);
  }

  async useSealedFile(passphrase: string) {
    await this.answer('useSealedFile', null, passphrase === '' ? '' : '[secret]');
    this.secrets = { kind: 'sealed_file', state: { type: 'ready' }, sealed_file_exists: true, detail: null };
    return this.secrets;
  }

  ownIdentity() {
    return this.answer('ownIdentity', this.own);
  }

  identityFile() {
    return this.answer('identityFile', '/home/anna/Documents/lanside-identity.sealed');
  }

  gatewaysThatKnowUs() {
    return this.answer('gatewaysThatKnowUs', affected(UDN));
  }

  async exportIdentity(path: string, passphrase: string) {
    await this.answer('exportIdentity', null, path, secret(passphrase));
    const { identity, certificate_sha256 } = this.own;
    return { identity, certificate_sha256, file: path, gateways: 1 };
  }

  async importIdentity(path: string, passphrase: string, replace: boolean) {
    await this.answer('importIdentity', null, path, secret(passphrase), replace);
    const replaced = this.own.identity;
    this.own = ownIdentity({ identity: '77aa77aa-1111-5222-8333-444455556666', common_name: 'Lanside on e14' });
    const { identity, certificate_sha256 } = this.own;
    return { identity, certificate_sha256, replaced, gateways_added: 2, pair_again: affected(UDN), kept_other_certificate: [] };
  }

  async replaceIdentity() {
    await this.answer('replaceIdentity', null);
    const replaced = this.own.identity;
    this.own = ownIdentity({ identity: '77aa77aa-1111-5222-8333-444455556666' });
    const { identity, certificate_sha256 } = this.own;
    return { identity, certificate_sha256, replaced, revoke: affected(UDN) };
  }

  async onEvent(listener: (event: AppEvent) => void) {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  private async answer<T>(name: string, value: T, ...args: unknown[]): Promise<T> {
    this.calls.push({ name, args });
    await pause(this.pace.answer);
    const failing = this.failing.get(name);
    if (failing) throw failing;
    return value;
  }

  private view(udn: string): GatewayView | undefined {
    return this.discovery.devices.find((device) => device.udn === udn);
  }

  private session(udn: string) {
    return {
      udn,
      protected: this.protected_,
      roles: this.roles,
      user: this.user,
      data_models: [{ uri: 'urn:broadband-forum-org:tr-181-2-11-0', location: '/BBF/', description: null }],
      index_base: 0,
      loaded: this.seen.size,
      total: this.leaves.size,
      complete: this.everything,
    };
  }

  private draftView(udn: string): DraftView {
    const edits = [...this.edits.values()];
    return { udn, edits, ready: edits.length > 0 && edits.every((edit) => edit.problem === null) };
  }

  private announceDraft(udn: string): DraftView {
    const draft = this.draftView(udn);
    this.emit({ kind: 'draft_changed', draft });
    return draft;
  }

  private node(path: string): NodeView {
    const leaf = this.leaves.get(path);
    const name = path.split('/').filter((part) => part).at(-1) ?? '';
    const below = [...this.leaves.keys()].filter((one) => one.startsWith(path));
    const kind: NodeKind = leaf
      ? 'parameter'
      : /^\d+$/.test(name)
        ? 'instance'
        : below.some((one) => /^\d+\//.test(one.slice(path.length)))
          ? 'table'
          : 'object';
    const rows = new Set(below.map((one) => one.slice(path.length).split('/')[0]));
    const edit = this.edits.get(path);
    return {
      path: shownPath(path),
      upnp_path: path,
      name: kind === 'instance' ? String(Number(name) + 1) : name === 'BBF' ? 'Device' : name,
      kind,
      access: leaf ? (leaf.write ? 'readWrite' : 'readOnly') : null,
      type: leaf?.type ?? null,
      value: leaf && !leaf.secret && !leaf.refused ? leaf.value : null,
      units: leaf?.fact?.units ?? null,
      secret: leaf?.secret ?? false,
      status: leaf?.refused ? 'refused' : 'known',
      children: leaf ? 0 : rows.size,
      expanded_before: true,
      label: kind === 'instance' ? (this.leaves.get(`${path}SSID`)?.value ?? null) : null,
      draft: edit ? (edit.secret ? '••••' : edit.new) : null,
    };
  }
}

/** The client of a development scene. */
export function rehearsal(scene: string): Rehearsal {
  const client = new Rehearsal({ answer: 60, step: 500 }, scene === 'large' ? 20_000 : 0);
  const others = [
    gatewayView({ udn: 'uuid:2', friendly_name: 'Cellar fibre box', model_name: 'ONT 200', address: '192.168.1.2', state: 'new' }),
    gatewayView({ udn: 'uuid:3', friendly_name: 'Old router', model_name: 'WR-54', address: '192.168.1.9', state: 'silent' }),
    gatewayView({ udn: 'uuid:4', friendly_name: 'Media server', model_name: 'NAS', address: '192.168.1.40', kind: 'other' }),
  ];
  client.demoPin = '1234-5670';
  client.discovery.devices = [gatewayView(), ...others];
  if (scene === 'empty') client.discovery.devices = [];
  if (scene === 'new') client.discovery.devices = [gatewayView({ state: 'new' })];
  if (scene === 'changed') client.discovery.devices = [gatewayView({ state: 'changed' })];
  if (scene === 'dropped') {
    client.discovery.devices = [gatewayView({ state: 'changed' })];
    client.change = changedView(UDN, { new: null, new_serial_number: null, likely: ['factory_reset', 'impostor'] });
  }
  if (scene === 'button') {
    client.discovery.devices = [gatewayView({ state: 'new' })];
    client.contact = { methods: ['push_button'], first_seen: null };
    client.busyAttempts = 2;
  }
  if (scene === 'silent') client.failing.set('open', failure('Unreachable', 'Hallway gateway did not answer within 10 seconds.'));
  if (scene === 'refused') {
    client.roles = ['Public'];
    client.failing.set('apply', failure('NotAuthorized', 'Changing the Wi-Fi name needs the role Admin.', { upnp_code: 606 }));
  }
  return client;
}

function plant(leaves: Map<string, Leaf>, rows: number): void {
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
  set('ManagementServer/Password', text('', true, { secret: true }));
  set('Users/User/0/Username', { ...text('admin'), refused: true });
  set('X_EXAMPLE_Led/Brightness', { value: '60', type: 'int', write: true });
  for (let row = 0; leaves.size < rows; row += 1) {
    set(`Hosts/Host/${row}/PhysAddress`, text(`02:00:00:00:${hex(row >> 8)}:${hex(row)}`));
    set(`Hosts/Host/${row}/IPAddress`, text(`10.0.${(row >> 8) & 255}.${row & 255}`));
    set(`Hosts/Host/${row}/Active`, toggle(row % 3 === 0, false));
    set(`Hosts/Host/${row}/HostName`, text(`host-${row}`));
  }
}

/** What a call remembers of a secret. */
function secret(text: string): string {
  return text === '' ? '' : '[secret]';
}

function hex(value: number): string {
  return (value & 255).toString(16).padStart(2, '0');
}

function shownPath(upnpPath: string): string {
  return upnpPath
    .replace(/^\/BBF/, 'Device')
    .replace(/\/(\d+)(?=\/)/g, (_, row: string) => `.${Number(row) + 1}`)
    .replaceAll('/', '.');
}

function pause(milliseconds: number): Promise<void> {
  return milliseconds > 0 ? new Promise((done) => setTimeout(done, milliseconds)) : Promise.resolve();
}
