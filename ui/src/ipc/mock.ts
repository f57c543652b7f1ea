//! A rehearsal of the program behind the window: for development in a browser
//! and for tests. Scenes: full, desk, empty, silent, changed, new, large, refused, customer,
//! provider.
import type {
  ArgumentValue,
  CardView,
  ChangedView,
  DeviceActionsView,
  DiscoveryView,
  FilePurpose,
  FirstContactView,
  Failure,
  GatewayView,
  KeyChoice,
  PairingStep,
  PairWish,
  SecretsView,
  TrustedHow,
} from './bindings';
import type { Client } from './client';
import { affected, identityView, ownIdentity, RehearsedAccess } from './mock-access';
import { changedView, firstContact, secretsView } from './mock-trust';
import { answerTo, deviceActions, writtenCall } from './mock-actions';
import { failure, gatewayView, pause, secret, UDN, type Pace } from './mock-base';
import { cardView, doctorView } from './mock-doctor';
import { operatorView } from './mock-setup';
import { RehearsedSupport } from './mock-support';

export { failure, gatewayView, UDN, type Pace } from './mock-base';

export class Rehearsal extends RehearsedSupport implements Client {
  discovery: DiscoveryView;
  pin = '12345670';
  /** What `deviceActions` answers instead of the usual list. */
  actions: DeviceActionsView | null = null;

  constructor(pace?: Pace, rows = 0) {
    super(pace, rows);
    this.discovery = {
      interfaces: [
        { name: 'enp3s0', address: '192.168.1.20', left_out: null },
        { name: 'tun0', address: '10.8.0.3', left_out: 'point-to-point, no multicast' },
      ],
      devices: [gatewayView()],
    };
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
  private pinTyped: ((pin: string) => void) | null = null;
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
        this.pinTyped = done;
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
      how: wish.compared ? ('by_hand' as const) : wish.method === 'push_button' || wish.method === 'first_use' ? wish.method : ('pin' as const),
      weak_tls: [],
    };
  }

  trustedHow: TrustedHow = 'pin';

  enterPin(udn: string, pin: string) {
    this.pinTyped?.(pin);
    return this.answer('enterPin', null, udn, '[secret]');
  }

  trust(udn: string) {
    return this.answer('trust', this.protected_ ? { ...changedView(udn).old, how: this.trustedHow } : null, udn);
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

  async firmware(udn: string) {
    return this.answer('firmware', '7.57.1', udn);
  }

  async close(udn: string) {
    await this.answer('close', null, udn);
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

  secrets: SecretsView = secretsView();
  /** Opens the file of secrets, in the scenes that have one. */
  passphrase = 'Leuchtturm 1887';

  secretsView() {
    return this.answer('secretsView', this.secrets);
  }

  async useSealedFile(passphrase: string) {
    await this.answer('useSealedFile', null, secret(passphrase));
    if (this.secrets.sealed_file_exists && passphrase !== this.passphrase) {
      throw failure('PinRejected', 'The passphrase is wrong.', { kind: { type: 'passphrase_wrong' } });
    }
    this.secrets = secretsView({ kind: 'sealed_file', sealed_file_exists: true });
    return this.secrets;
  }

  async useKeyring() {
    await this.answer('useKeyring', null);
    this.secrets = secretsView({ sealed_file_exists: this.secrets.sealed_file_exists });
    return this.secrets;
  }

  /** What the person takes in the system's dialog; nothing when they close it. */
  chosen: string | null = null;

  chooseFile(purpose: FilePurpose, title: string, suggested: string) {
    return this.answer('chooseFile', this.chosen, purpose, title, suggested);
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

  async replaceIdentity(key: KeyChoice) {
    await this.answer('replaceIdentity', null, key);
    const replaced = this.own.identity;
    this.own = ownIdentity({ identity: '77aa77aa-1111-5222-8333-444455556666', key: key === 'p256' ? 'EC 256' : 'RSA 2048' });
    const { identity, certificate_sha256 } = this.own;
    this.own = { ...this.own, revoke: affected(UDN) };
    return { identity, certificate_sha256, replaced, revoke: affected(UDN) };
  }

  private view(udn: string): GatewayView | undefined {
    return this.discovery.devices.find((device) => device.udn === udn);
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
  if (scene === 'desk') {
    client.discovery.devices.push(gatewayView({ udn: 'uuid:5', friendly_name: 'Workshop gateway', address: '192.168.7.1', draft_count: 3 }));
  }
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
  if (scene === 'weak' || scene === 'first-use') {
    client.discovery.devices = [gatewayView({ state: 'new' })];
    client.contact = scene === 'weak' ? { weak_tls: ['tls1.0', 'rsa1024'] } : { methods: ['first_use'] };
  }
  if (scene === 'no-keyring') client.secrets = secretsView({ state: { type: 'keyring_missing' }, detail: 'No such file or directory' });
  if (scene === 'locked') client.secrets = secretsView({ state: { type: 'keyring_locked' }, detail: 'The collection is locked' });
  if (scene === 'passphrase') {
    client.secrets = secretsView({ kind: 'sealed_file', state: { type: 'passphrase_needed', new: false }, sealed_file_exists: true });
  }
  if (scene === 'customer' || scene === 'provider') {
    client.discovery.devices = [gatewayView({ state: 'new' })];
    client.start = null;
    if (scene === 'provider') client.operator = operatorView();
  }
  if (scene === 'silent') client.failing.set('open', failure('Unreachable', 'Hallway gateway did not answer within 10 seconds.'));
  if (scene === 'refused') {
    client.roles = ['Public'];
    client.failing.set('apply', failure('NotAuthorized', 'Changing the Wi-Fi name needs the role Admin.', { upnp_code: 606 }));
  }
  return client;
}
