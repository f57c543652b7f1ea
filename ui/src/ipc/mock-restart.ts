//! Restarts and resets of the rehearsed gateway.
import type { RebootPhase, RebootStepView, RebootView, ResetPlanView, ResetView, SnapshotHead } from './bindings';
import { failure, pause, UDN } from './mock-base';
import { RehearsedMeasures } from './mock-measure';

const NAME = 'Hallway gateway';

export class RehearsedRestarts extends RehearsedMeasures {
  /** Phases a restart goes through, and what it comes to besides. */
  restartPhases: RebootPhase[] = ['sent', 'gone', 'announced', 'reachable', 'secured', 'verified'];
  restarted: Partial<RebootView> = {};
  usual: number | null = 74;
  /** Phases a reset goes through, what is said before and what comes of it. */
  resetPhases: RebootPhase[] = ['sent', 'goodbye', 'gone', 'announced', 'reachable', 'secured'];
  plan: Partial<ResetPlanView> = {};
  cameBack: Partial<ResetView> = {};

  usualRestart(udn: string) {
    return this.answer('usualRestart', this.usual, udn);
  }

  async reboot(udn: string): Promise<RebootView> {
    await this.answer('reboot', null, udn);
    const seconds = await this.walk(udn, this.restartPhases);
    return {
      back: true,
      seconds,
      usual_seconds: this.usual,
      later: false,
      moved_to: null,
      draft_count: this.edits.size,
      checked: 0,
      differing: [],
      ...this.restarted,
    };
  }

  async resetPlan(udn: string): Promise<ResetPlanView> {
    await this.answer('resetPlan', null, udn);
    return {
      udn: UDN,
      name: NAME,
      paired: true,
      draft_count: this.edits.size,
      latest_snapshot: this.saved[0] ?? null,
      usual_restart_seconds: this.usual,
      ...this.plan,
    };
  }

  async reset(udn: string, confirmation: string, snapshot: SnapshotHead | null): Promise<ResetView> {
    await this.answer('reset', null, udn, confirmation, snapshot);
    if (confirmation.trim() !== NAME) throw failure('Usage', 'Another name was typed; nothing was sent.');
    const seconds = await this.walk(udn, this.resetPhases);
    return {
      back: true,
      end: 'access_lost',
      seconds,
      values_kept: null,
      moved_to: null,
      snapshot,
      draft_count: this.edits.size,
      changed: null,
      successor: null,
      ...this.cameBack,
    };
  }

  private async walk(udn: string, phases: RebootPhase[]): Promise<number> {
    const began = Date.now();
    const passed = () => (Date.now() - began) / 1000;
    for (const phase of phases) {
      const step: RebootStepView = {
        time: new Date().toISOString(),
        phase,
        seconds: passed(),
        boot_id: phase === 'announced' ? 13 : null,
        address: null,
      };
      this.emit({ kind: 'reboot_progress', udn, step });
      await pause(this.pace.step * 2);
    }
    return passed();
  }
}
