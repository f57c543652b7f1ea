//! A link into the window: it goes to a gateway and a path, and asks when nobody knows the
//! gateway. Nothing is sent for it but what reads.
import { untrack } from 'svelte';
import type { GatewayLink, GatewayView, LinkProblem } from '../ipc/bindings';
import type { Client } from '../ipc/client';
import type { Desk } from './desk.svelte';

export class LinkIntoWindow {
  /** The gateway that is looked for. */
  wish = $state.raw<GatewayLink | null>(null);
  /** Why a link cannot be used. */
  problem = $state<LinkProblem | null>(null);
  /** How many links came to their end: where one leads is where the keys are meant to be. */
  arrived = $state(0);
  /** The path to show once its gateway is open. */
  private goal = $state.raw<{ udn: string; path: string } | null>(null);

  constructor(
    private readonly client: Client,
    private readonly desk: Desk,
  ) {}

  /** Nobody knows the gateway: the person says what next. */
  get unknown(): boolean {
    return this.wish !== null && this.target === null && this.desk.face === 'frame' && this.desk.neighbours.searched;
  }

  /** Asks the program for the link that waits. */
  async take(): Promise<void> {
    const opened = await this.client.takeLink().catch(() => null);
    if (!opened) return;
    this.wish = opened.kind === 'gateway' ? opened.link : null;
    this.problem = opened.kind === 'unusable' ? opened.problem : null;
  }

  /** Goes on as far as it can; an effect calls it whenever something it reads changed. */
  follow(): void {
    const { wish, target, goal, desk } = this;
    // What somebody is in the middle of comes first.
    if (desk.face !== 'frame' || desk.busy) return;
    if (wish && target) {
      untrack(() => {
        this.wish = null;
        this.goal = wish.path === null ? null : { udn: target.udn, path: wish.path };
        desk.choose(target.udn);
        if (wish.path === null) this.arrived += 1;
      });
    } else if (goal && desk.current !== goal.udn) {
      this.goal = null;
    } else if (goal) {
      const gateway = desk.gatewayOf(goal.udn);
      if (gateway?.phase !== 'open') return;
      untrack(() => {
        this.goal = null;
        gateway.area = 'settings';
        void gateway.follow(goal.path).then(() => (this.arrived += 1));
      });
    }
  }

  /** Back to what was there before the link. */
  leave(): void {
    this.wish = null;
    this.problem = null;
  }

  private get target(): GatewayView | null {
    const { wish } = this;
    return wish === null ? null : (this.desk.neighbours.list.find((one) => bare(one.udn) === bare(wish.udn)) ?? null);
  }
}

/** The address of a node as a link. */
export function linkTo(udn: string, path: string): string {
  return `lanside://gateway/${udn}/${path}`;
}

/** Devices are not of one mind about the prefix and about capitals. */
function bare(udn: string): string {
  return udn.toLowerCase().replace(/^uuid:\s*/, '');
}
