//! One gateway on the screen: its session, tree, draft, search and details.
import type { AttributesView, Failure, LadderView, NodeDetailsView, NodeView, SearchView, SessionView, SnapshotHead, StatusPage, TrustView } from '../ipc/bindings';
import type { Client } from '../ipc/client';
import { asFailure } from '../ipc/errors';
import { language } from '../i18n/index.svelte';
import { Access } from './access.svelte';
import { Actions } from './actions.svelte';
import { AreaChoice, type Area } from './areas.svelte';
import { Card } from './card.svelte';
import { Draft } from './draft.svelte';
import { Grid } from './grid.svelte';
import { History } from './history.svelte';
import { Keeping } from './keeping.svelte';
import { Loaded } from './loaded.svelte';
import { Logs } from './logs.svelte';
import { Measure } from './measure.svelte';
import { OpenTexts, type OpenText } from './open-texts.svelte';
import { Profiles } from './profiles.svelte';
import { Software } from './software.svelte';
import { Tests } from './tests.svelte';
import { ROOT, Tree } from './tree.svelte';
import { Watch } from './watch.svelte';

/** Hits asked for; the count of all matches is shown beside. */
export const SEARCH_LIMIT = 500;
/** Pause after a key before a search runs. */
const SEARCH_PAUSE_MS = 80;

export type OpenPhase = 'closed' | 'opening' | 'open' | 'failed';

export class OpenGateway {
  phase = $state<OpenPhase>('closed');
  readonly areas = new AreaChoice();
  failure = $state.raw<Failure | null>(null);
  /** Since when and how it is trusted. */
  trust = $state.raw<TrustView | null>(null);
  session = $state.raw<SessionView | null>(null);
  loading = $state(false);
  loadFailure = $state.raw<Failure | null>(null);

  searchText = $state('');
  searchView = $state.raw<SearchView | null>(null);
  searchFailure = $state.raw<Failure | null>(null);
  searchScroll = $state(0);

  details = $state.raw<NodeDetailsView | null>(null);
  detailsFailure = $state.raw<Failure | null>(null);

  /** Results that were not read since an earlier visit. */
  readonly searchedBefore = $derived(new Set(this.searchView?.before?.paths));

  /** The table shown as a grid instead of the tree. */
  grid = $state.raw<Grid | null>(null);

  /** Version of the firmware it runs, where that may be read. */
  firmware = $state<string | null>(null);
  /** What its settings can be restored from after a reset. */
  toRestore = $state.raw<SnapshotHead | null>(null);

  readonly tree: Tree;
  readonly draft: Draft;
  /** What was typed and is not in the draft. */
  readonly texts: OpenTexts;
  readonly history: History;
  readonly keeping: Keeping;
  readonly watch: Watch;
  readonly profiles: Profiles;
  readonly actions: Actions;
  readonly access: Access;
  /** How it is, on one page. */
  readonly status: Loaded<StatusPage>;
  /** What stands on what, and where it is broken. */
  readonly ladder: Loaded<LadderView>;
  readonly tests: Tests;
  readonly logs: Logs;
  readonly software: Software;
  readonly measure: Measure;
  /** What it tells before it is paired. */
  readonly card: Card;
  /** Whether the tree of the gateway itself was begun. */
  private started = false;
  private searchTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly client: Client,
    readonly udn: string,
  ) {
    this.tree = new Tree(client, udn);
    this.draft = new Draft(client, udn);
    this.texts = new OpenTexts(client, udn);
    this.history = new History(client, udn);
    this.keeping = new Keeping(client, udn);
    this.watch = new Watch(client, udn);
    this.profiles = new Profiles(client, udn);
    this.actions = new Actions(client, udn);
    this.access = new Access(client, udn);
    this.status = new Loaded(() => client.status(udn));
    this.ladder = new Loaded(() => client.ladder(udn));
    this.tests = new Tests(client, udn);
    this.logs = new Logs(client, udn);
    this.software = new Software(client, udn);
    this.measure = new Measure(client, udn);
    this.card = new Card(client, udn);
  }

  /** What of it is in front. */
  get area(): Area {
    return this.areas.current;
  }

  set area(area: Area) {
    this.areas.choose(area);
  }

  async open(): Promise<void> {
    if (this.phase === 'opening') return;
    this.phase = 'opening';
    this.started = false;
    this.failure = null;
    const remembering = this.tree.remember();
    try {
      this.session = await this.client.open(this.udn);
      await remembering;
      this.phase = 'open';
    } catch (reason) {
      this.failure = asFailure(reason);
      this.phase = 'failed';
      return;
    }
    void this.client.trust(this.udn).then(
      (trust) => (this.trust = trust),
      () => undefined,
    );
    this.readFirmware();
    await Promise.all([this.tree.start(), this.draft.load().catch(() => undefined), this.texts.load().catch(() => undefined)]);
    this.started = true;
    // What was looked for and chosen while nobody answered yet.
    if (this.searchText.trim()) void this.runSearch();
    await this.showDetails();
  }

  /** Reads beside everything else which firmware it runs. */
  private readFirmware(): void {
    void this.client.firmware(this.udn).then(
      (version) => (this.firmware = version),
      () => undefined,
    );
  }

  /** Back to the closed state, for example before pairing again. */
  reset(): void {
    this.phase = 'closed';
    this.tree.forget();
    this.failure = null;
    this.session = null;
    this.access.reset();
    this.status.forget();
    this.ladder.forget();
    this.tests.list.forget();
    this.logs.list.forget();
    this.software.list.forget();
    this.measure.forget();
  }

  /** After a login or a reboot: the same screen, read anew. */
  async refresh(): Promise<void> {
    try {
      this.session = await this.client.open(this.udn);
      this.phase = 'open';
      this.failure = null;
      this.readFirmware();
    } catch (reason) {
      this.failure = asFailure(reason);
      this.phase = 'failed';
      return;
    }
    this.access.reset();
    this.outdated();
    await this.tree.refresh();
    const selected = this.details?.node;
    if (selected?.kind === 'parameter') {
      // A fresh session does not know it yet when it was found by search.
      await this.client.read(this.udn, [selected.upnp_path]).catch(() => undefined);
    }
    await this.showDetails();
  }

  /** Opens it anew after a connection that broke in the middle of a change, and tells what became of it. */
  async settle(): Promise<void> {
    await this.refresh();
    await this.draft.load().catch(() => undefined);
    if (this.history.phase !== 'closed') void this.history.load();
  }

  /** Reads the details once more, from wherever the gateway is by now. */
  async readAgain(): Promise<void> {
    if (this.detailsFailure?.code === 'Unreachable') this.session = await this.client.open(this.udn).catch(() => this.session);
    await this.showDetails();
  }

  select(path: string | null): void {
    if (this.tree.selected === path) return;
    this.tree.selected = path;
    void this.showDetails();
  }

  /** Brings a node into sight in the tree, wherever it was named. */
  async show(path: string): Promise<void> {
    this.search('');
    this.grid = null;
    await this.tree.reveal(path);
    await this.showDetails();
  }

  attributes(paths: string[]): Promise<AttributesView> {
    return this.client.attributes(this.udn, paths);
  }

  /** Switches what a gateway tells of; `null` leaves it as it is. */
  setAttributes(paths: string[], events: boolean | null, alarms: boolean | null): Promise<AttributesView> {
    return this.client.setAttributes(this.udn, paths, events, alarms);
  }

  /** Alarms are told only while they are on for the whole gateway. */
  async allowAlarms(paths: string[]): Promise<AttributesView> {
    await this.client.setAlarms(this.udn, true);
    return this.attributes(paths);
  }

  openGrid(table: string): void {
    this.grid = new Grid(this.client, this.udn, table, this.draft, this.texts);
    void this.grid.load();
  }

  /** Back to the tree, with what was read meanwhile. */
  closeGrid(): void {
    const table = this.grid?.table;
    this.grid = null;
    if (table && this.tree.isExpanded(table)) void this.tree.load(table);
  }

  /** Texts that were typed and whose field or table is not in front any more. */
  get leftTexts(): OpenText[] {
    const [table, selected] = [this.grid?.table, this.details?.node.upnp_path];
    return this.texts.all.filter(({ upnpPath }) => upnpPath !== selected && !(table && upnpPath.startsWith(table)));
  }

  /** Brings a text that was left back into its field. */
  async correct({ upnpPath }: OpenText): Promise<void> {
    // A row that is only in the draft is in its table, and nowhere in the tree.
    const fresh = upnpPath.indexOf('/+');
    if (fresh < 0) await this.show(upnpPath);
    else this.openGrid(upnpPath.slice(0, fresh + 1));
  }

  /** Shows a node from another area. */
  async visit(path: string): Promise<void> {
    this.area = 'settings';
    await this.show(path);
  }

  /** Goes where a reference leads, in whatever notation it is written. */
  async follow(path: string): Promise<void> {
    try {
      await this.show(await this.client.locate(this.udn, path));
    } catch (reason) {
      this.detailsFailure = asFailure(reason);
    }
  }

  /** Fills the details column for the selected node. */
  async showDetails(): Promise<void> {
    const path = this.tree.selected;
    // Details are the gateway's own; what is remembered has none.
    if (path === null || this.phase !== 'open' || !this.started) {
      this.details = null;
      return;
    }
    this.detailsFailure = null;
    try {
      const details = await this.client.details(this.udn, path, language());
      if (this.tree.selected !== path) return;
      this.details = details;
      this.updated([details.node]);
    } catch (reason) {
      if (this.tree.selected === path) this.detailsFailure = asFailure(reason);
    }
  }

  /** Asks the gateway for the values again. */
  async read(paths: string[]): Promise<void> {
    try {
      this.updated(await this.client.read(this.udn, paths));
      await this.showDetails();
    } catch (reason) {
      this.detailsFailure = asFailure(reason);
    }
  }

  async loadSubtree(path: string = ROOT): Promise<void> {
    if (this.loading) return;
    this.loading = true;
    this.loadFailure = null;
    try {
      this.session = await this.client.loadSubtree(this.udn, path);
      await this.tree.refresh();
      if (this.searchText.trim()) await this.runSearch();
      // Once a run: what changed since the last time it was read as a whole.
      if (path === ROOT && this.session.complete) void this.keeping.visit();
    } catch (reason) {
      this.loadFailure = asFailure(reason);
    } finally {
      this.loading = false;
    }
  }

  async cancelLoad(): Promise<void> {
    await this.client.cancelLoad(this.udn).catch(() => undefined);
  }

  search(text: string): void {
    this.searchText = text;
    clearTimeout(this.searchTimer);
    if (!text.trim()) {
      this.searchView = null;
      this.searchFailure = null;
      return;
    }
    this.searchTimer = setTimeout(() => void this.runSearch(), SEARCH_PAUSE_MS);
  }

  async stage(path: string, value: string): Promise<void> {
    await this.draft.stage(path, value);
    await this.afterDraft();
  }

  async unstage(path: string): Promise<void> {
    await this.draft.unstage(path);
    await this.afterDraft();
  }

  async discard(): Promise<void> {
    await this.draft.discard();
    await this.afterDraft();
  }

  async apply(): Promise<void> {
    const asked = await this.draft.apply();
    if (this.history.phase !== 'closed') void this.history.load();
    if (!asked) return;
    this.outdated();
    this.keeping.restored = null;
    // What was hunted for was opened anew.
    if (this.draft.hunt === 'found') await this.refresh();
    else if (this.draft.hunt === 'none') {
      if (this.grid) await this.grid.load();
      await this.tree.refresh();
      await this.showDetails();
    }
  }

  /** Makes a draft of what was saved before the reset; nothing is sent. */
  async restoreSaved(): Promise<void> {
    const head = this.toRestore;
    if (!head) return;
    this.area = 'snapshots';
    if (this.keeping.phase === 'closed') await this.keeping.load();
    if (await this.keeping.restore(head)) this.toRestore = null;
  }

  /** Opens the review of the way back of an entry. */
  async takeBack(entry: number | null): Promise<void> {
    if (await this.draft.takeBack(entry)) await this.afterDraft();
  }

  loadProgress(loaded: number, total: number): void {
    if (this.session) this.session = { ...this.session, loaded, total };
  }

  /** What was read of it as a whole is from before. */
  private outdated(): void {
    this.status.outdated();
    this.ladder.outdated();
    this.tests.list.outdated();
    this.logs.list.outdated();
    this.software.list.outdated();
  }

  private async runSearch(): Promise<void> {
    const text = this.searchText;
    try {
      const { phase } = this;
      const view =
        phase === 'open'
          ? await this.client.search(this.udn, text, SEARCH_LIMIT)
          : await this.client.searchRemembered(this.udn, text, SEARCH_LIMIT);
      // What the gateway itself answers with is found by a search of its own.
      if (this.searchText !== text || (phase !== 'open' && this.phase === 'open')) return;
      this.searchView = view ?? { hits: [], matches: 0, searched: 0, total: 0, before: null };
      this.searchFailure = null;
      this.searchScroll = 0;
    } catch (reason) {
      if (this.searchText === text) this.searchFailure = asFailure(reason);
    }
  }

  private updated(nodes: NodeView[]): void {
    this.tree.update(nodes);
    if (this.searchView) {
      const newer = new Map(nodes.map((node) => [node.upnp_path, node]));
      const { hits, before } = this.searchView;
      this.searchView = {
        ...this.searchView,
        hits: hits.map((hit) => newer.get(hit.upnp_path) ?? hit),
        before: before && { ...before, paths: before.paths.filter((path) => !newer.has(path)) },
      };
    }
  }

  private async afterDraft(): Promise<void> {
    await this.showDetails();
  }
}
