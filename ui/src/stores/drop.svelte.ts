//! A file that is dropped anywhere on the window: brought to the page that is about it. Nothing
//! is sent to a gateway for it.
import { t, type MessageKey } from '../i18n/index.svelte';
import type { Desk } from './desk.svelte';

/** Larger files are read by the program itself, by their name. */
const DROP_OCTETS = 64 * 1024 * 1024;

export class Drop {
  /** Something is being dragged over the window. */
  over = $state(false);
  /** Why what was dropped last was not taken. */
  refused = $state<Extract<MessageKey, `drop_${string}`> | null>(null);

  constructor(private readonly desk: Desk) {}

  /** Whether the window takes anything now: not while a dialog is open. */
  get able(): boolean {
    return this.desk.face === 'frame' && !this.desk.busy;
  }

  async take(file: File | undefined): Promise<void> {
    this.over = false;
    this.refused = null;
    if (!file || !this.able) return;
    const kind = kindOf(file.name);
    if (kind === null) this.refused = 'drop_unknown';
    else if (file.size > DROP_OCTETS) this.refused = 'drop_too_large';
    else if (kind === 'snapshot') await this.snapshot(file);
    else if (kind === 'recipe') {
      this.desk.page = 'recipes';
      await this.desk.recipes.load(file.name, await file.text());
    } else {
      this.desk.page = 'report';
      await this.desk.report.check(file.name, await file.text());
    }
  }

  private async snapshot(file: File): Promise<void> {
    const gateway = this.desk.openGateway;
    if (!gateway) {
      this.refused = 'drop_no_gateway';
      return;
    }
    gateway.keeping.back();
    gateway.area = 'snapshots';
    if (await gateway.keeping.importText(await file.text())) {
      this.desk.say(t('drop_snapshot_kept', { file: file.name, name: this.desk.nameOf(gateway.udn) }));
    }
  }
}

function kindOf(name: string): 'recipe' | 'snapshot' | 'report' | null {
  if (/\.toml$/i.test(name)) return 'recipe';
  if (/\.(json|csv)$/i.test(name)) return 'snapshot';
  return /\.html?$/i.test(name) ? 'report' : null;
}
