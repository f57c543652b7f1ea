//! Saved trees of a gateway: taken, compared, exported, restored into the draft.
import type {
  ComparisonView,
  ExportedSnapshot,
  Failure,
  FileFormat,
  RestoreView,
  SnapshotHead,
  VisitView,
} from '../ipc/bindings';
import type { Client } from '../ipc/client';
import { asFailure } from '../ipc/errors';

export type KeepingJob = 'save' | 'compare' | 'restore' | 'import' | 'export';

/** A comparison with what stands on either side; no right side means the gateway as it is. */
export interface Compared {
  left: SnapshotHead;
  right: SnapshotHead | null;
  view: ComparisonView;
}

export class Keeping {
  phase = $state<'closed' | 'loading' | 'ready' | 'failed'>('closed');
  list = $state.raw<SnapshotHead[]>([]);
  busy = $state<KeepingJob | null>(null);
  /** What failed last, and what was asked for. */
  failure = $state.raw<Failure | null>(null);
  compared = $state.raw<Compared | null>(null);
  restored = $state.raw<RestoreView | null>(null);
  exported = $state.raw<ExportedSnapshot | null>(null);
  /** What changed since the last visit; nothing on the first one. */
  since = $state.raw<VisitView | null>(null);
  /** Whether the tree was read as a whole while the window is open. */
  visited = $state(false);
  /** That is being remembered. Nobody asked for it, so nothing somebody asks for is refused meanwhile. */
  visiting = $state(false);

  constructor(
    private readonly client: Client,
    private readonly udn: string,
  ) {}

  async load(): Promise<void> {
    if (this.phase !== 'ready') this.phase = 'loading';
    try {
      this.list = await this.client.snapshots(this.udn);
      this.phase = 'ready';
    } catch (reason) {
      this.failure = asFailure(reason);
      this.phase = 'failed';
    }
  }

  /** The tree was just read as a whole: it is remembered, and compared with the last time. */
  async visit(): Promise<void> {
    if (this.visited) return;
    this.visited = true;
    this.visiting = true;
    try {
      this.since = await this.client.visit(this.udn);
      await this.load();
    } catch (reason) {
      this.failure = asFailure(reason);
    } finally {
      this.visiting = false;
    }
  }

  async save(name: string): Promise<boolean> {
    return this.run('save', async () => {
      await this.client.saveSnapshot(this.udn, name);
    });
  }

  async compare(left: SnapshotHead, right: SnapshotHead | null): Promise<void> {
    await this.run('compare', async () => {
      const view = await this.client.compare(this.udn, left.id ?? 0, right?.id ?? null);
      this.compared = { left, right, view };
    });
  }

  /** Shows what changed since the last visit like any other comparison. */
  showSince(): void {
    if (this.since) this.compared = { left: this.since.before, right: null, view: this.since.comparison };
  }

  async restore(head: SnapshotHead): Promise<boolean> {
    return this.run('restore', async () => {
      this.restored = await this.client.restore(this.udn, head.id ?? 0);
    });
  }

  async drop(head: SnapshotHead): Promise<void> {
    await this.run(null, async () => {
      await this.client.dropSnapshot(head.id ?? 0);
    });
  }

  /** A free name of a file; empty when none can be told. */
  async fileFor(head: SnapshotHead, format: FileFormat): Promise<string> {
    return this.client.snapshotFile(head.id ?? 0, format).catch(() => '');
  }

  async export(head: SnapshotHead, format: FileFormat, withSecrets: boolean, file: string): Promise<boolean> {
    return this.run('export', async () => {
      this.exported = await this.client.exportSnapshot(head.id ?? 0, format, withSecrets, file);
    });
  }

  async import(file: string): Promise<boolean> {
    return this.run('import', async () => {
      await this.client.importSnapshot(this.udn, file);
    });
  }

  /** Takes a file that was dropped on the window. */
  async importText(text: string): Promise<boolean> {
    return this.run('import', async () => {
      await this.client.importSnapshotText(this.udn, text);
    });
  }

  /** Back to the list. */
  back(): void {
    this.compared = null;
    this.restored = null;
    this.failure = null;
  }

  private async run(job: KeepingJob | null, work: () => Promise<void>): Promise<boolean> {
    if (this.busy) return false;
    this.busy = job;
    this.failure = null;
    this.exported = null;
    try {
      await work();
      await this.load();
      return true;
    } catch (reason) {
      this.failure = asFailure(reason);
      return false;
    } finally {
      this.busy = null;
    }
  }
}
