//! The whole window: which gateway is in front, which dialog is open, and the
//! one place where pushes of the program are handed on.
import { SvelteMap } from 'svelte/reactivity';
import type { AboutView, AppEvent, Failure, GatewayView } from '../ipc/bindings';
import type { Client } from '../ipc/client';
import { t } from '../i18n/index.svelte';
import { asFailure } from '../ipc/errors';
import { Away } from './away.svelte';
import { Keymap } from './commands/keymap.svelte';
import { Conversation } from './conversation.svelte';
import { Drop } from './drop.svelte';
import { Doctor } from './doctor.svelte';
import { OpenGateway } from './gateway.svelte';
import { ThisComputer } from './identity.svelte';
import { LinkIntoWindow } from './link.svelte';
import { nameOf, Neighbours } from './neighbours.svelte';
import { Pairing } from './pairing.svelte';
import type { Preferences } from './preferences.svelte';
import { Setup } from './setup.svelte';
import { Recipes } from './recipes.svelte';
import { Report } from './report.svelte';
import { Workspace } from './workspace.svelte';
import { Secrets } from './secrets.svelte';
import { Reset } from './reset.svelte';
import { Restart } from './restart.svelte';

export type Overlay = 'none' | 'add' | 'login' | 'keys' | 'settings' | 'palette' | 'open' | 'key-settings' | 'about';

/** What fills the window; `asking` until the program said what to begin with. */
export type WindowFace = 'asking' | 'welcome' | 'setup' | 'frame';

/** Pages of the workspace: the gateways, and what is not one gateway's. */
export type Page = 'gateways' | 'recipes' | 'report' | 'trace';

export class Desk {
  readonly neighbours: Neighbours;
  readonly recipes: Recipes;
  readonly report: Report;
  readonly conversation: Conversation;
  /** Which key does what. */
  readonly keymap = new Keymap();
  /** Which gateways have a tab, and which are seen. */
  readonly workspace = new Workspace();
  readonly secrets: Secrets;
  /** A link somebody opened. */
  readonly link: LinkIntoWindow;
  /** Files that are dropped on the window. */
  readonly drop = new Drop(this);
  /** Says what ends while nobody looks. */
  readonly away: Away;
  overlay = $state<Overlay>('none');
  /** Where changing the keys was begun, and ends. */
  keysFrom: 'keys' | 'settings' = 'settings';
  face = $state<WindowFace>('asking');
  /** The customer's path, while somebody is on it. */
  setup = $state.raw<Setup | null>(null);
  /** What is shown beside the list of gateways. */
  page = $state<Page>('gateways');
  pairing = $state.raw<Pairing | null>(null);
  restart = $state.raw<Restart | null>(null);
  reset = $state.raw<Reset | null>(null);
  identity = $state.raw<ThisComputer | null>(null);
  doctor = $state.raw<Doctor | null>(null);
  /** Address the add dialog begins with. */
  suggested = $state('');
  /** Name the login dialog begins with. */
  suggestedUser = $state('');
  about = $state.raw<AboutView | null>(null);
  /** A failure of an act that has no panel of its own. */
  failure = $state.raw<Failure | null>(null);
  /** What was just done without a place of its own, for those who hear it. */
  said = $state('');
  private readonly opened = new SvelteMap<string, OpenGateway>();
  private readonly resuming = new Set(this.workspace.panes);
  /** Those that did not answer while they were on the screen. */
  private readonly silent = new Set<string>();

  /** The gateway in front. */
  current = $derived(this.workspace.current);
  gateway = $derived(this.page !== 'gateways' || this.current === null ? null : (this.opened.get(this.current) ?? null));

  /** The gateway in front, when it is open. */
  openGateway = $derived(this.gateway?.phase === 'open' ? this.gateway : null);

  constructor(
    readonly client: Client,
    readonly preferences: Preferences,
  ) {
    this.neighbours = new Neighbours(client);
    // Whatever was opened was opened as somebody else.
    this.secrets = new Secrets(client, () => this.opened.forEach((gateway) => gateway.reset()));
    this.recipes = new Recipes(client);
    this.report = new Report(client);
    this.conversation = new Conversation(client);
    this.link = new LinkIntoWindow(client, this);
    this.away = new Away(client, this);
  }

  /** Listens, then searches: an answer is never missed. */
  async start(): Promise<() => void> {
    const stop = await this.client.onEvent((event) => this.handle(event));
    void this.secrets.start();
    void this.begin();
    void this.link.take();
    await this.neighbours.search();
    this.resume();
    return stop;
  }

  changeKeys(): void {
    this.keysFrom = this.overlay === 'keys' ? 'keys' : 'settings';
    this.overlay = 'key-settings';
  }

  /** Decides what fills the window: what somebody was in, what was chosen, or the question. */
  private async begin(): Promise<void> {
    this.about = await this.client.about().catch(() => null);
    const start = this.about?.start ?? null;
    if (this.about === null || start === 'technician') {
      this.face = 'frame';
      return;
    }
    const progress = await this.client.setupProgress().catch(() => null);
    if (progress) {
      const setup = this.startSetup();
      await setup.resume(progress);
    } else if (start === 'setup') this.startSetup();
    else this.face = this.preferences.who === 'technician' ? 'frame' : 'welcome';
  }

  startSetup(): Setup {
    this.setup = new Setup(this.client);
    this.face = 'setup';
    return this.setup;
  }

  /** Back to the question; what was answered is kept. */
  leaveSetup(): void {
    void this.setup?.leave();
    this.setup = null;
    this.face = this.preferences.who === 'technician' ? 'frame' : 'welcome';
  }

  finishSetup(): void {
    const udn = this.setup?.udn ?? null;
    void this.setup?.finish();
    this.setup = null;
    this.face = 'frame';
    if (udn !== null) this.choose(udn);
  }

  asTechnician(): void {
    this.preferences.setWho('technician');
    this.face = 'frame';
  }

  nameOf(udn: string): string {
    const gateway = this.neighbours.byUdn(udn);
    return gateway ? nameOf(gateway) : udn;
  }

  /** Name of a part of the screen; of two alike it says whose it is. */
  partOf(part: string, udn: string): string {
    return this.workspace.split ? `${part}, ${this.nameOf(udn)}` : part;
  }

  /** What has to be typed to confirm what could lock this computer out. */
  confirmationOf(udn: string): string {
    const gateway = this.neighbours.byUdn(udn);
    return gateway?.friendly_name || gateway?.model_name || udn;
  }

  /** Brings a gateway to the front; a paired one is opened at once. */
  choose(udn: string): void {
    const ours = this.isOurs(udn);
    this.page = 'gateways';
    this.workspace.front(udn, !ours);
    const gateway = this.ensure(udn);
    if (ours && gateway.phase !== 'open') void gateway.open();
    else this.lookAgain(udn);
  }

  /** Devices with a tab that are known by now. */
  get tabs(): GatewayView[] {
    return this.workspace.tabs.map((udn) => this.neighbours.byUdn(udn)).filter((one) => one !== null);
  }

  gatewayOf(udn: string | null): OpenGateway | null {
    return udn === null ? null : (this.opened.get(udn) ?? null);
  }

  /** Gateways that were opened in this window. */
  get gateways(): OpenGateway[] {
    return [...this.opened.values()];
  }

  /** Whether a dialog is open that somebody is in the middle of. */
  get busy(): boolean {
    const { gateway } = this;
    return (
      this.overlay !== 'none' ||
      [this.pairing, this.restart, this.reset, this.identity, this.doctor, gateway?.access.change].some(Boolean) ||
      (gateway !== null && gateway.draft.phase !== 'closed')
    );
  }

  /** Edits that wait for a gateway, whether it is open or not. */
  draftCountOf(udn: string): number {
    const draft = this.opened.get(udn)?.draft;
    return draft?.view ? draft.count : (this.neighbours.byUdn(udn)?.draft_count ?? 0);
  }

  /** Nothing is asked: a draft stays where it is. */
  closeTab(udn: string): void {
    this.workspace.close(udn);
    this.opened.delete(udn);
    void this.client.close(udn).catch(() => undefined);
    for (const seen of this.workspace.panes) this.openIfOurs(seen);
  }

  stepTab(by: number): void {
    const next = this.workspace.step(by);
    if (next !== null) this.choose(next);
  }

  toggleSplit(): void {
    this.workspace.toggleSplit();
    for (const seen of this.workspace.panes) this.openIfOurs(seen);
  }

  /** The other one of two becomes the one commands are meant for. */
  otherPane(): void {
    const other = this.workspace.panes.find((one) => one !== this.current);
    if (other !== undefined) this.workspace.front(other);
  }

  /** Asks for an address; one that is known already stands in the field. */
  addByAddress(address = ''): void {
    this.suggested = address;
    this.overlay = 'add';
  }

  /** Shows who gateways know this computer as. */
  startIdentity(): void {
    this.overlay = 'none';
    // Whatever was opened was opened as somebody else.
    this.identity = new ThisComputer(this.client, () => this.opened.forEach((gateway) => gateway.reset()));
    void this.identity.load();
  }

  endIdentity(): void {
    this.identity?.back();
    this.identity = null;
  }

  startDoctor(): void {
    this.doctor = new Doctor(this.client);
    void this.doctor.run();
  }

  /** Opens what is in front, paired or not. */
  async open(udn: string): Promise<void> {
    this.workspace.front(udn);
    await this.ensure(udn).open();
  }

  /** With `replacing` another certificate may take the place of the trusted one. */
  startPairing(udn: string, replacing = false): void {
    this.pairing = new Pairing(this.client, udn, replacing);
    void this.pairing.meet();
  }

  /** Ends the dialog; after a good end the settings come up. */
  endPairing(): void {
    const pairing = this.pairing;
    this.pairing = null;
    if (pairing?.phase !== 'paired') return;
    this.workspace.front(pairing.udn);
    const gateway = this.ensure(pairing.udn);
    if (gateway.phase === 'open') void gateway.refresh();
    else void gateway.open();
  }

  /** Drops trust in a gateway; whether it is dropped. */
  async forget(udn: string): Promise<boolean> {
    try {
      await this.client.forget(udn);
    } catch (reason) {
      this.failure = asFailure(reason);
      return false;
    }
    this.ensure(udn).reset();
    return true;
  }

  /** Asks who is logging in; a name that is known already stands in the field. */
  startLogin(user = ''): void {
    this.suggestedUser = user;
    this.overlay = 'login';
  }

  startRestart(udn: string): void {
    this.restart = new Restart(this.client, udn);
  }

  endRestart(): void {
    const restart = this.restart;
    this.restart = null;
    if (restart?.phase === 'back') void this.ensure(restart.udn).refresh();
  }

  /** Asks what a reset would lose; nothing is sent before its name is typed. */
  startReset(udn: string): void {
    this.restart = null;
    this.reset = new Reset(this.client, udn, t('reset_snapshot_name'));
    void this.reset.load();
  }

  /** Ends the dialog; what the settings can be restored from is offered from then on. */
  endReset(): void {
    const reset = this.reset;
    this.reset = null;
    if (reset?.phase !== 'ended') return;
    const gateway = this.ensure(reset.udn);
    // Under another UDN it is another gateway to this program, and what was saved goes there.
    const { successor, values_kept } = reset.result ?? {};
    const heir = successor ? this.ensure(successor.udn) : gateway;
    heir.toRestore = values_kept ? null : reset.snapshot;
    if (reset.result?.end === 'access_kept') void gateway.refresh();
    else gateway.reset();
  }

  async login(udn: string, name: string, password: string): Promise<void> {
    await this.client.login(udn, name, password);
    this.overlay = 'none';
    const gateway = this.ensure(udn);
    await gateway.refresh();
    // A review that was refused for the role goes on where it stopped.
    if (gateway.draft.failure && gateway.draft.phase !== 'closed') await gateway.draft.review();
  }

  async logout(udn: string): Promise<void> {
    try {
      await this.client.logout(udn);
      await this.ensure(udn).refresh();
    } catch (reason) {
      this.failure = asFailure(reason);
    }
  }

  /** Copies a path and says so. */
  async copied(path: string, copy: (text: string) => Promise<boolean>): Promise<void> {
    if (!(await copy(path))) return;
    this.say(t('path_copied', { path }));
  }

  /** Says for a moment what was done. */
  say(words: string): void {
    this.said = words;
    setTimeout(() => (this.said = ''), 4000);
  }

  private isOurs(udn: string): boolean {
    const view = this.neighbours.byUdn(udn);
    return view?.kind === 'tr064' && view.state === 'paired';
  }

  private openIfOurs(udn: string): void {
    if (this.isOurs(udn) && this.ensure(udn).phase === 'closed') void this.ensure(udn).open();
  }

  /** Opens what was seen at the end of the last run, once it is known again. */
  private resume(): void {
    for (const udn of [...this.resuming].filter((one) => this.neighbours.byUdn(one) !== null)) {
      this.resuming.delete(udn);
      this.ensure(udn);
      this.openIfOurs(udn);
    }
    for (const udn of this.workspace.panes) this.lookAgain(udn);
  }

  /** What is on the screen and does not answer is shown as it was, and opened once it answers. */
  private lookAgain(udn: string): void {
    const gateway = this.opened.get(udn);
    if (!gateway || gateway.phase === 'open' || gateway.phase === 'opening') return;
    if (this.neighbours.byUdn(udn)?.state === 'silent') {
      this.silent.add(udn);
      if (gateway.phase === 'closed') void gateway.tree.remember();
    } else if (this.isOurs(udn) && this.silent.delete(udn)) void gateway.open();
  }

  private ensure(udn: string): OpenGateway {
    let gateway = this.opened.get(udn);
    if (!gateway) {
      gateway = new OpenGateway(this.client, udn);
      this.opened.set(udn, gateway);
    }
    return gateway;
  }

  private handle(event: AppEvent): void {
    switch (event.kind) {
      case 'link_opened':
        void this.link.take();
        break;
      case 'gateway_found':
        this.neighbours.found(event.gateway);
        this.resume();
        break;
      case 'search_started':
        this.neighbours.started(event.discovery);
        this.resume();
        break;
      case 'interfaces_changed':
        this.neighbours.interfaces = event.interfaces;
        break;
      case 'pairing_progress':
        for (const pairing of [this.pairing, this.setup?.pairing]) {
          if (pairing?.udn === event.udn) pairing.progress(event);
        }
        break;
      case 'load_progress':
        this.opened.get(event.udn)?.loadProgress(event.loaded, event.total);
        break;
      case 'watched':
        this.opened.get(event.udn)?.watch.news(event.news);
        break;
      case 'draft_changed':
        this.opened.get(event.draft.udn)?.draft.changed(event.draft);
        break;
      case 'reboot_progress':
        if (this.restart?.udn === event.udn) this.restart.progress(event.step);
        if (this.reset?.udn === event.udn) this.reset.progress(event.step);
        break;
      case 'test_progress':
        this.opened.get(event.udn)?.tests.progress(event.news);
        break;
      case 'software_progress':
        this.opened.get(event.udn)?.software.progress(event.news);
        break;
      case 'traffic':
        this.opened.get(event.udn)?.measure.news(event.news);
        break;
      case 'recipe_progress':
        this.recipes.progress(event.result);
        break;
      case 'session_changed': {
        const gateway = this.opened.get(event.session.udn);
        if (gateway?.session) gateway.session = event.session;
        break;
      }
    }
  }
}
