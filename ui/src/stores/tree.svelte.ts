//! The part of a parameter tree that is open on the screen.
import { SvelteMap, SvelteSet } from 'svelte/reactivity';
import type { Failure, NodeView } from '../ipc/bindings';
import type { Client } from '../ipc/client';
import { asFailure } from '../ipc/errors';

export const ROOT = '/';

type Branch =
  /** As it was at an earlier visit. */
  | { state: 'remembered'; path: string; nodes: NodeView[]; asOf: string }
  | { state: 'loading'; path: string; nodes: NodeView[]; asOf?: string }
  | { state: 'ready'; path: string; nodes: NodeView[] }
  | { state: 'failed'; path: string; nodes: NodeView[]; failure: Failure; asOf?: string };

/** One line of the tree column. */
export type TreeRow =
  | {
      kind: 'node';
      id: string;
      level: number;
      node: NodeView;
      expanded: boolean;
      /** Shown as it was at an earlier visit, until the gateway answers. */
      remembered: boolean;
      position: number;
      siblings: number;
    }
  | { kind: 'loading'; id: string; level: number }
  | { kind: 'empty'; id: string; level: number }
  | { kind: 'failed'; id: string; level: number; path: string; failure: Failure };

export class Tree {
  selected = $state<string | null>(null);
  scrollTop = $state(0);
  /** Counts the wishes to bring the selected row into sight. */
  wanted = $state(0);
  private readonly branches = new SvelteMap<string, Branch>();
  private readonly expanded = new SvelteSet<string>();

  rows = $derived.by(() => {
    const rows: TreeRow[] = [];
    this.flatten(ROOT, 1, rows);
    return rows;
  });
  root = $derived(this.branches.get(keyOf(ROOT)));
  /** Since when what is shown may have changed; null once the gateway itself is read. */
  asOf = $derived(this.root?.state === 'remembered' ? this.root.asOf : null);
  /** Whether the gateway is open, so that branches are read from it. */
  private live = false;

  constructor(
    private readonly client: Client,
    private readonly udn: string,
  ) {}

  /** Shows what was known at an earlier visit, if there was one; nothing is sent. */
  async remember(): Promise<void> {
    this.live = false;
    if (this.branches.size > 0) return;
    await this.load(ROOT);
    await this.openMain();
  }

  /** Back to nothing: the next visit begins anew. */
  forget(): void {
    this.live = false;
    this.branches.clear();
  }

  /** Reads the top of the tree and opens the root of the data model people look for. */
  async start(): Promise<void> {
    this.live = true;
    const opened = [...this.branches.values()].filter((branch) => keyOf(branch.path) !== keyOf(ROOT));
    await this.load(ROOT);
    await this.openMain();
    // Parents first: what was opened while nobody answered yet is read now.
    for (const branch of opened) {
      if (this.branches.get(keyOf(branch.path))?.state === 'remembered') await this.load(branch.path);
    }
  }

  private async openMain(): Promise<void> {
    const top = this.branches.get(keyOf(ROOT))?.nodes ?? [];
    const main = top.find((node) => !node.path.startsWith('/')) ?? top[0];
    if (main && isBranch(main)) await this.expand(main.upnp_path);
  }

  nodeAt(path: string | null): NodeView | null {
    if (path === null) return null;
    const nodes = this.branches.get(parentOf(path))?.nodes ?? [];
    return nodes.find((node) => keyOf(node.upnp_path) === keyOf(path)) ?? null;
  }

  isExpanded(path: string): boolean {
    return this.expanded.has(keyOf(path));
  }

  async toggle(path: string): Promise<void> {
    if (this.isExpanded(path)) this.collapse(path);
    else await this.expand(path);
  }

  async expand(path: string): Promise<void> {
    this.expanded.add(keyOf(path));
    if (this.branches.get(keyOf(path))?.state !== 'ready') await this.load(path);
  }

  collapse(path: string): void {
    this.expanded.delete(keyOf(path));
  }

  /** Opens every branch above a node and selects it. */
  async reveal(path: string): Promise<void> {
    let branch = '';
    for (const part of keyOf(path).split('/').slice(1, -1)) {
      branch += `/${part}`;
      const node = this.nodeAt(branch);
      if (node) await this.expand(node.upnp_path);
    }
    this.selected = path;
    this.wanted += 1;
  }

  /** Reads a branch again; the rows stay while it happens. Until the gateway is open, and
   *  while a branch is read for the first time, it is shown as it was. */
  async load(path: string): Promise<void> {
    const key = keyOf(path);
    if (!this.live) return this.recall(path);
    const before = this.branches.get(key);
    const nodes = before?.nodes ?? [];
    const asOf = before && 'asOf' in before ? before.asOf : undefined;
    this.branches.set(key, { state: 'loading', path, nodes, asOf });
    if (nodes.length === 0) void this.recall(path);
    try {
      const nodes = await this.client.children(this.udn, path);
      this.branches.set(key, { state: 'ready', path, nodes });
    } catch (reason) {
      const shown = this.branches.get(key) ?? { nodes };
      this.branches.set(key, { path, nodes: shown.nodes, state: 'failed', failure: asFailure(reason), asOf });
    }
  }

  /** Fills a branch with what was known of it, unless it knows better by then. */
  private async recall(path: string): Promise<void> {
    const remembered = await this.client.rememberedRows(this.udn, path).catch(() => null);
    const now = this.branches.get(keyOf(path));
    if (!remembered || (now && now.nodes.length > 0)) return;
    const { nodes, as_of: asOf } = remembered;
    if (now?.state === 'loading') this.branches.set(keyOf(path), { ...now, nodes, asOf });
    else if (!now) this.branches.set(keyOf(path), { state: 'remembered', path, nodes, asOf });
  }

  /** Reads every branch that was opened once more, for example after Apply. */
  async refresh(): Promise<void> {
    // Parents first: a fresh session learns the tree in its own order then.
    for (const branch of [...this.branches.values()]) await this.load(branch.path);
  }

  /** Puts newer knowledge about single nodes into the rows. */
  update(nodes: NodeView[]): void {
    const byParent = new Map<string, NodeView[]>();
    for (const node of nodes) {
      const parent = parentOf(node.upnp_path);
      byParent.set(parent, [...(byParent.get(parent) ?? []), node]);
    }
    for (const [parent, changed] of byParent) {
      const branch = this.branches.get(parent);
      if (!branch) continue;
      const newer = new Map(changed.map((node) => [keyOf(node.upnp_path), node]));
      const merged = branch.nodes.map((node) => newer.get(keyOf(node.upnp_path)) ?? node);
      this.branches.set(parent, { ...branch, nodes: merged });
    }
  }

  private flatten(path: string, level: number, rows: TreeRow[]): void {
    const branch = this.branches.get(keyOf(path));
    if (!branch) return;
    branch.nodes.forEach((node, index) => {
      const expanded = isBranch(node) && this.isExpanded(node.upnp_path);
      rows.push({
        kind: 'node',
        id: node.upnp_path,
        level,
        node,
        expanded,
        remembered: branch.state !== 'ready' && branch.asOf !== undefined,
        position: index + 1,
        siblings: branch.nodes.length,
      });
      if (expanded) this.flatten(node.upnp_path, level + 1, rows);
    });
    if (branch.state === 'loading' && branch.nodes.length === 0) {
      for (let n = 0; n < 3; n += 1) rows.push({ kind: 'loading', id: `${path}#loading${n}`, level });
    } else if (branch.state === 'failed') {
      rows.push({ kind: 'failed', id: `${path}#failed`, level, path, failure: branch.failure });
    } else if (branch.nodes.length === 0) {
      rows.push({ kind: 'empty', id: `${path}#empty`, level });
    }
  }
}

/** Whether a node can hold others. */
export function isBranch(node: NodeView): boolean {
  return node.kind !== 'parameter';
}

/** What a node is called: the last part of the path people read, `1` rather than `0`. */
export function shownName(node: NodeView): string {
  const path = node.path.replace(/[./]$/, '');
  return path.slice(Math.max(path.lastIndexOf('.'), path.lastIndexOf('/')) + 1);
}

/** The path a node stands below, as people read it; empty at the top. */
export function shownParent(node: NodeView): string {
  const path = node.path.replace(/[./]$/, '');
  return path.slice(0, Math.max(0, path.lastIndexOf('.'), path.lastIndexOf('/')));
}

/** A path without its closing slash: branches are kept under this spelling. */
export function keyOf(path: string): string {
  return path.endsWith('/') ? path.slice(0, -1) : path;
}

/** Key of the branch a node stands in; the empty key is the root's. */
export function parentOf(path: string): string {
  const key = keyOf(path);
  return key.slice(0, Math.max(0, key.lastIndexOf('/')));
}
