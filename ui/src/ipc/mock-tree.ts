//! The rehearsed parameter tree: read, searched, edited.
import type {
  ApplyView,
  ChangeView,
  DraftView,
  EditView,
  FactView,
  NodeDetailsView,
  NodeKind,
  NodeView,
  TypedView,
} from './bindings';
import { failure, pause, type Pace } from './mock-base';
import { RehearsedDesktop } from './mock-desktop';
import { factsOf, plant, shownPath, type Leaf } from './mock-leaves';

function matches(path: string, leaf: Leaf, words: string[]): boolean {
  const hay = `${path} ${leaf.secret ? '' : leaf.value}`.toLowerCase();
  return words.every((word) => hay.includes(word));
}

export class RehearsedTree extends RehearsedDesktop {
  protected_ = true;
  roles = ['Admin'];
  user: string | null = null;
  /** Paths whose value stays another one after Apply. */
  readonly stubborn = new Set<string>();
  protected readonly leaves = new Map<string, Leaf>();
  /** Typed and not in the draft. */
  readonly texts = new Map<string, string>();
  protected readonly edits = new Map<string, EditView>();
  protected readonly seen = new Set<string>();
  protected everything = false;
  protected cancelled = false;

  constructor(pace?: Pace, rows = 0) {
    super(pace);
    plant(this.leaves, rows);
  }

  /** The gateway has another value from now on. */
  becomes(upnpPath: string, value: string): void {
    const leaf = this.leaves.get(upnpPath);
    if (leaf) this.leaves.set(upnpPath, { ...leaf, value });
  }

  /** When the tree was last seen, if the rehearsal has an earlier visit. */
  visited: string | null = null;

  async rememberedRows(_udn: string, upnpPath: string) {
    if (this.visited === null) return null;
    return { as_of: this.visited, nodes: this.branch(upnpPath).map((node) => ({ ...node, value: node.value && `${node.value} (then)` })) };
  }

  async children(udn: string, upnpPath: string) {
    await this.answer('children', null, udn, upnpPath);
    const found = this.branch(upnpPath);
    for (const node of found) if (node.kind === 'parameter') this.seen.add(node.upnp_path);
    this.emit({ kind: 'session_changed', session: this.session(udn) });
    return found.map((node) => this.node(node.upnp_path));
  }

  private branch(upnpPath: string): NodeView[] {
    const prefix = upnpPath === '/' ? '/' : upnpPath;
    const found = new Map<string, NodeView>();
    for (const path of this.leaves.keys()) {
      if (!path.startsWith(prefix)) continue;
      const rest = path.slice(prefix.length);
      const cut = rest.indexOf('/');
      const child = cut < 0 ? path : prefix + rest.slice(0, cut + 1);
      if (!found.has(child)) found.set(child, this.node(child));
    }
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
      links: (leaf?.value ?? '').split(',').filter((one) => one.startsWith('Device.')),
      referred_by: leaf ? [] : this.referrers(shownPath(upnpPath)),
      facts: fact ? factsOf(upnpPath, fact, leaf?.facts) : null,
    };
  }

  private referrers(path: string): string[] {
    const found = [...this.leaves].filter(([, leaf]) => leaf.value.split(',').includes(path));
    return found.map(([from]) => shownPath(from));
  }

  valueFile(udn: string, upnpPath: string) {
    return this.answer('valueFile', '/home/anna/Documents/value-hallway-gateway.txt', udn, upnpPath);
  }

  saveValue(udn: string, upnpPath: string, file: string) {
    return this.answer('saveValue', null, udn, upnpPath, file);
  }

  async read(udn: string, upnpPaths: string[]) {
    await this.answer('read', null, udn, upnpPaths);
    return upnpPaths.map((path) => this.node(path));
  }

  async search(udn: string, text: string, limit: number) {
    await this.answer('search', null, udn, text, limit);
    const words = text.toLowerCase().split(/\s+/).filter((word) => word);
    const isKnown = (path: string) => this.everything || this.seen.has(path);
    const places = this.visited === null ? [...this.leaves].filter(([path]) => isKnown(path)) : [...this.leaves];
    const hits = places.filter(([path, leaf]) => matches(path, leaf, words));
    const old = hits.map(([path]) => path).filter((path) => !isKnown(path));
    return {
      hits: hits.slice(0, limit).map(([path]) => this.node(path)),
      matches: hits.length,
      searched: this.everything ? this.leaves.size : this.seen.size,
      total: this.leaves.size,
      before: this.visited !== null && old.length > 0 ? { as_of: this.visited, paths: old } : null,
    };
  }

  async searchRemembered(udn: string, text: string, limit: number) {
    await this.answer('searchRemembered', null, udn, text, limit);
    if (this.visited === null) return null;
    const words = text.toLowerCase().split(/\s+/).filter((word) => word);
    const hits = [...this.leaves].filter(([path, leaf]) => matches(path, leaf, words)).map(([path]) => this.node(path));
    return {
      hits: hits.slice(0, limit),
      matches: hits.length,
      searched: this.leaves.size,
      total: this.leaves.size,
      before: { as_of: this.visited, paths: hits.map((hit) => hit.upnp_path) },
    };
  }

  async draft(udn: string) {
    await this.answer('draft', null, udn);
    return this.draftView(udn);
  }

  async typed(udn: string): Promise<TypedView[]> {
    await this.answer('typed', null, udn);
    return [...this.texts].map(([path, text]) => ({ upnp_path: path, path: shownPath(path), text }));
  }

  async keepTyped(udn: string, upnpPath: string, text: string | null) {
    await this.answer('keepTyped', null, udn, upnpPath, text);
    if (text === null) this.texts.delete(upnpPath);
    else this.texts.set(upnpPath, text);
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

  protected session(udn: string) {
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

  protected draftView(udn: string): DraftView {
    const edits = [...this.edits.values()];
    return { udn, edits, ready: edits.length > 0 && edits.every((edit) => edit.problem === null) };
  }

  protected announceDraft(udn: string): DraftView {
    const draft = this.draftView(udn);
    this.emit({ kind: 'draft_changed', draft });
    return draft;
  }

  protected node(path: string): NodeView {
    const leaf = this.leaves.get(path);
    const name = path.split('/').filter((part) => part).at(-1) ?? '';
    const below = leaf ? [] : [...this.leaves.keys()].filter((one) => one.startsWith(path));
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
      cut: leaf?.whole ?? null,
    };
  }
}
