//! The rehearsed set-up: a line that wants a user name, two bands of Wi-Fi, a provider who lets
//! one account in.
import { problemOf } from '../stores/setup-checks';
import type { AboutView, BegunPassword, CardForm, Language, OperatorView, SetupField, SetupProgressView, SetupStep, SetupTrouble, SetupVerdictView, SetupView } from './bindings';
import { failure, pause, secret, UDN } from './mock-base';
import { shownPath } from './mock-leaves';
import { RehearsedRestarts } from './mock-restart';

const USERNAME = '/BBF/PPP/Interface/0/Username';
const PASSWORD = '/BBF/PPP/Interface/0/Password';
const SSID = '/BBF/WiFi/SSID/0/SSID';
const KEY = '/BBF/WiFi/AccessPoint/0/Security/KeyPassphrase';

export function operatorView(more: Partial<OperatorView> = {}): OperatorView {
  return {
    name: 'Nordnetz',
    help_phone: '+49 40 555 01 23',
    accent: ['#0a5c9e', '#094e86', '#ffffff'],
    accent_dark: ['#7cb9f2', '#90c4f4', '#050d12'],
    begins: false,
    card: true,
    user_name: null,
    wifi_name: 'Nordnetz zu Hause',
    texts_en: [{ key: 'internet-title', text: 'Your Nordnetz access' }],
    texts_de: [],
    ...more,
  };
}

export class RehearsedSetup extends RehearsedRestarts {
  start: AboutView['start'] = 'technician';
  operator: OperatorView | null = null;
  operatorProblem: AboutView['operator_failure'] = null;
  demoPin: string | null = null;
  /** What somebody was in when the program ended. */
  interrupted: SetupProgressView | null = null;
  /** What the line wants and has; `null` for one that wants nothing. */
  line: { userName: string | null; connected: boolean } | null = { userName: null, connected: false };
  hasWifi = true;
  account = { userName: 'anna@nordnetz.example', password: 'geheim12' };
  /** What a set-up meets at its end besides the account. */
  setupTrouble: SetupTrouble | null = null;
  /** What was typed and not handed over. */
  readonly begun = new Map<SetupField, string>();
  private at: SetupStep = 'internet';
  private given: { userName?: string; password?: boolean; right?: boolean; wifi?: string; key?: string } = {};

  about(): Promise<AboutView> {
    const { start, operator, operatorProblem, demoPin } = this;
    return this.answer('about', { version: '0.1.0', demo_pin: demoPin, start, operator, operator_failure: operatorProblem });
  }

  setupProgress() {
    return this.answer('setupProgress', this.interrupted);
  }

  async setup(udn: string) {
    await this.answer('setup', null, udn);
    return this.setupView();
  }

  async keepSetupStep(udn: string, step: SetupStep, open: boolean) {
    await this.answer('keepSetupStep', null, udn, step, open);
    this.at = step;
    this.interrupted = open ? { udn, step } : null;
  }

  async keepBegun(udn: string, field: SetupField, text: string) {
    await this.answer('keepBegun', null, udn, field, field.endsWith('password') ? secret(text) : text);
    if (text === '') this.begun.delete(field);
    else this.begun.set(field, text);
  }

  async answerLogin(udn: string, userName: string, typed: string | null) {
    await this.answer('answerLogin', null, udn, userName, typed === null ? null : secret(typed));
    const password = typed ?? this.begun.get('password') ?? null;
    this.forgetBegun('user_name', 'password');
    this.given.userName = userName;
    this.put(udn, USERNAME, userName);
    if (password !== null) {
      this.given.password = true;
      this.given.right = password === this.account.password;
      this.put(udn, PASSWORD, null);
    }
    return this.setupView();
  }

  async answerWifi(udn: string, name: string, typed: string | null) {
    await this.answer('answerWifi', null, udn, name, typed === null ? null : secret(typed));
    const password = typed ?? this.begun.get('wifi_password') ?? null;
    this.forgetBegun('wifi_name', 'wifi_password');
    this.given.wifi = name;
    this.put(udn, SSID, name);
    if (password !== null) {
      this.given.key = password;
      this.put(udn, KEY, null);
    }
    return this.setupView();
  }

  async leaveOut(udn: string, step: SetupStep) {
    await this.answer('leaveOut', null, udn, step);
    const paths = step === 'wifi' ? [SSID, KEY] : [USERNAME, PASSWORD];
    if (step === 'wifi') this.forgetBegun('wifi_name', 'wifi_password');
    else this.forgetBegun('user_name', 'password');
    for (const path of paths) this.edits.delete(path);
    if (step === 'wifi') this.given = { ...this.given, wifi: undefined, key: undefined };
    else this.given = { ...this.given, userName: undefined, password: undefined };
    return this.setupView();
  }

  async setupVerdict(udn: string): Promise<SetupVerdictView> {
    await this.answer('setupVerdict', null, udn);
    await pause(this.pace.step * 3);
    const login = this.line && !this.line.connected;
    const refused = login && !(this.given.right && this.given.userName === this.account.userName);
    const trouble = this.setupTrouble ?? (refused ? (this.given.userName ? 'login_refused' : 'login_missing') : null);
    return { udn, works: trouble === null, trouble, wifi_on: this.hasWifi ? true : null };
  }

  async showWifiCard(udn: string) {
    await this.answer('showWifiCard', null, udn);
    if (!this.given.key) throw failure('Usage', 'The Wi-Fi password is not known here any more.');
    const svg = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 29 29"><path d="M4 4h7v7h-7z"/></svg>';
    return { wifi_name: this.given.wifi ?? '', password: this.given.key, svg };
  }

  wifiCardFile(form: CardForm) {
    return this.answer('wifiCardFile', `/home/anna/Documents/wifi-card.${form}`, form);
  }

  saveWifiCard(udn: string, form: CardForm, language: Language, file: string) {
    return this.answer('saveWifiCard', null, udn, form, language, file);
  }

  printWindow() {
    return this.answer('printWindow', null);
  }

  async endSetup(udn: string) {
    await this.answer('endSetup', null, udn);
    this.interrupted = null;
    this.given = {};
  }

  private forgetBegun(...fields: SetupField[]): void {
    for (const field of fields) this.begun.delete(field);
  }

  /** What is told of a password: never itself. */
  private begunPassword(field: SetupField): BegunPassword | null {
    const text = this.begun.get(field);
    return text === undefined ? null : { characters: [...text].length, problem: problemOf(field, text) };
  }

  /** Into the draft; a secret has no value to show. */
  private put(udn: string, path: string, value: string | null): void {
    this.edits.set(path, {
      kind: 'set',
      path: shownPath(path),
      upnp_path: path,
      old: value === null ? null : '',
      new: value,
      secret: value === null,
      problem: null,
      conflict: null,
      warning: null,
      state: 'draft',
    });
    this.announceDraft(udn);
  }

  private setupView(): SetupView {
    const { line, given: typed } = this;
    const steps: SetupStep[] = ['find', 'pair'];
    if (line) steps.push('internet');
    if (this.hasWifi) steps.push('wifi');
    steps.push('check', 'done');
    const ours = [USERNAME, PASSWORD, SSID, KEY].filter((path) => this.edits.has(path)).length;
    return {
      udn: UDN,
      name: 'Hallway gateway',
      steps,
      at: this.at,
      login: line && {
        user_name: typed.userName ?? line.userName,
        typed: typed.userName !== undefined && this.edits.has(USERNAME),
        password_kept: typed.password === true && this.edits.has(PASSWORD),
        user_name_begun: this.begun.get('user_name') ?? null,
        password_begun: this.begunPassword('password'),
        connected: line.connected,
      },
      wifi: this.hasWifi
        ? {
            wifi_name: typed.wifi ?? 'Hallway',
            typed: this.edits.has(SSID),
            password_kept: this.edits.has(KEY),
            wifi_name_begun: this.begun.get('wifi_name') ?? null,
            password_begun: this.begunPassword('wifi_password'),
            bands: ['2.4GHz', '5GHz'],
            takes_key: false,
          }
        : null,
      changes: this.edits.size,
      other_changes: this.edits.size - ours,
      card: typed.key !== undefined,
    };
  }
}
