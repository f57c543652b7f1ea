//! The customer's path: which step is in front, what was answered, what became of it. Answers go
//! into the draft step by step; a password is here only until it is handed over.
import type { CardForm, Failure, GatewayView, SetupField, SetupProgressView, SetupStep, SetupVerdictView, SetupView, WifiCardView } from '../ipc/bindings';
import type { Client } from '../ipc/client';
import { asFailure } from '../ipc/errors';
import { language } from '../i18n/index.svelte';
import { Draft } from './draft.svelte';
import { Pairing } from './pairing.svelte';
import { Typing } from './typing';

/** Steps before it is known which of them a gateway needs. */
const ALL: SetupStep[] = ['find', 'pair', 'internet', 'wifi', 'check', 'done'];

/** What stands in the fields of a step until its answer is taken. */
type Typed = Partial<Record<SetupField, string>>;

const FIELDS: Partial<Record<SetupStep, SetupField[]>> = {
  internet: ['user_name', 'password'],
  wifi: ['wifi_name', 'wifi_password'],
};

export class Setup {
  step = $state<SetupStep>('find');
  udn = $state<string | null>(null);
  view = $state.raw<SetupView | null>(null);
  pairing = $state.raw<Pairing | null>(null);
  draft = $state.raw<Draft | null>(null);
  /** One answer is changed; the summary comes next. */
  private changing = false;
  /** The summary is not complete yet: nothing can be sent. */
  checking = $state(false);
  /** Something is asked of the program: fields and buttons wait. */
  busy = $state(false);
  failure = $state.raw<Failure | null>(null);
  verdict = $state.raw<SetupVerdictView | null>(null);
  testing = $state(false);
  /** On the screen only because the person asked for it. */
  card = $state.raw<WifiCardView | null>(null);
  saved = $state<string | null>(null);
  /** The program ended in the middle, and the person is back. */
  returned = $state(false);

  /** What is being typed, by field; kept for the case that the program ends. */
  typed = $state.raw<Typed>({});
  /** What is being typed cannot be kept: the place of secrets is closed. */
  unkept = $state(false);
  private readonly typing: Typing<SetupField>;

  steps = $derived(this.view?.steps ?? ALL);
  at = $derived(this.steps.indexOf(this.step));

  constructor(private readonly client: Client) {
    this.typing = new Typing(
      (field, text) => (this.udn === null ? Promise.resolve() : this.client.keepBegun(this.udn, field, text)),
      (kept) => (this.unkept = !kept),
    );
  }

  /** Goes on where the person was when the program ended. */
  async resume({ udn, step }: SetupProgressView): Promise<void> {
    this.udn = udn;
    this.returned = true;
    // A number that was not proven is typed again; the gateway has to be in sight for it.
    if (step === 'pair') return;
    this.step = 'internet';
    if (await this.read()) await this.go(this.view?.at ?? 'check');
  }

  /** The gateway was chosen: one that is known already is asked at once. */
  async choose(gateway: GatewayView): Promise<void> {
    // What was typed for another gateway stays that one's.
    await this.typing.flush();
    if (this.udn !== gateway.udn) this.typed = {};
    this.udn = gateway.udn;
    this.view = null;
    this.failure = null;
    this.draft = null;
    if (gateway.state === 'new' || gateway.state === 'changed') {
      this.step = 'pair';
      await this.note();
      this.pairing = new Pairing(this.client, gateway.udn);
      await this.pairing.meet();
      return;
    }
    this.pairing = null;
    await this.paired();
  }

  /** Asks what is needed, then shows the first step of it. */
  async paired(): Promise<void> {
    this.step = 'internet';
    if (await this.read()) await this.go(this.view?.steps[2] ?? 'check');
  }

  /** Reads what the gateway needs; whether it told. */
  async read(): Promise<boolean> {
    const udn = this.udn;
    if (udn === null) return false;
    const view = await this.ask(() => this.client.setup(udn));
    if (view) this.view = view;
    return view !== null;
  }

  /** Something was typed into a field. */
  type(field: SetupField, text: string): void {
    this.typed = { ...this.typed, [field]: text };
    this.typing.put(field, text);
  }

  async answerLogin(userName: string, password: string): Promise<void> {
    await this.answer((udn) => this.client.answerLogin(udn, userName, password === '' ? null : password));
  }

  async answerWifi(name: string, password: string): Promise<void> {
    await this.answer((udn) => this.client.answerWifi(udn, name, password === '' ? null : password));
  }

  /** Everything of this step stays as the gateway has it. */
  async leaveOut(): Promise<void> {
    const step = this.step;
    await this.answer((udn) => this.client.leaveOut(udn, step));
  }

  /** Goes to one step and comes back to the summary from there. */
  async change(step: SetupStep): Promise<void> {
    await this.go(step);
    this.changing = true;
  }

  async next(): Promise<void> {
    const next = this.steps[this.at + 1];
    if (next) await this.go(next);
  }

  /** One step back; nothing that was typed is lost. */
  async back(): Promise<void> {
    if (this.step === 'pair') await this.pairing?.cancel();
    // Who is paired once needs no number again.
    const before = this.steps.slice(0, Math.max(this.at, 0)).filter((step) => step !== 'pair');
    this.failure = null;
    await this.go(before.at(-1) ?? 'find');
  }

  async go(step: SetupStep): Promise<void> {
    this.hideCard();
    this.changing = false;
    this.failure = null;
    this.step = step;
    await this.note();
    if (step === 'check') await this.check();
    if (step === 'done') await this.test();
  }

  /** Compares the draft with the gateway; nothing is sent. */
  async check(): Promise<void> {
    const { udn } = this;
    if (udn === null) return;
    this.checking = true;
    const draft = new Draft(this.client, udn);
    this.draft = draft;
    if (await this.read()) {
      await draft.load().catch((reason) => (this.failure = asFailure(reason)));
      await draft.review();
    }
    this.checking = false;
  }

  /** Sends what the summary lists, and tests. */
  async send(): Promise<void> {
    const { draft } = this;
    if (!draft || this.checking || this.failure) return;
    if (draft.count === 0) {
      await this.go('done');
      return;
    }
    const asked = await draft.apply();
    const refused = draft.result?.changes.some((change) => change.state === 'refused' || change.state === 'differs');
    if (asked && !draft.failure && !refused && draft.hunt !== 'lost') await this.go('done');
  }

  async test(): Promise<void> {
    const { udn } = this;
    if (udn === null || this.testing) return;
    this.testing = true;
    this.verdict = null;
    this.failure = null;
    try {
      this.verdict = await this.client.setupVerdict(udn);
      this.view = await this.client.setup(udn);
    } catch (reason) {
      this.failure = asFailure(reason);
    }
    this.testing = false;
  }

  async showCard(): Promise<void> {
    const { udn } = this;
    if (udn !== null) this.card = await this.ask(() => this.client.showWifiCard(udn));
  }

  hideCard(): void {
    this.card = null;
    this.saved = null;
  }

  async saveCard(form: CardForm): Promise<void> {
    const { udn } = this;
    if (udn === null) return;
    const file = await this.ask(async () => {
      const file = await this.client.wifiCardFile(form);
      await this.client.saveWifiCard(udn, form, language(), file);
      return file;
    });
    if (file !== null) this.saved = file;
  }

  async printCard(): Promise<void> {
    await this.ask(() => this.client.printWindow());
  }

  /** The person leaves: it does not come up by itself again, and nothing is lost. */
  async leave(): Promise<void> {
    await this.typing.flush();
    if (this.pairing?.phase === 'running') await this.pairing.cancel();
    this.hideCard();
    if (this.udn !== null) await this.client.keepSetupStep(this.udn, this.step, false).catch(() => undefined);
  }

  async finish(): Promise<void> {
    this.hideCard();
    if (this.udn !== null) await this.client.endSetup(this.udn).catch(() => undefined);
  }

  private async answer(give: (udn: string) => Promise<SetupView>): Promise<void> {
    const { udn } = this;
    if (udn === null) return;
    const { step } = this;
    const view = await this.ask(async () => {
      // What is typed last must not be kept behind the answer.
      await this.typing.flush();
      return give(udn);
    });
    if (!view) return;
    const answered = FIELDS[step] ?? [];
    this.typed = Object.fromEntries(Object.entries(this.typed).filter(([field]) => !answered.includes(field as SetupField)));
    this.unkept = false;
    this.view = view;
    this.returned = false;
    if (this.changing) await this.go('check');
    else await this.next();
  }

  /** Where the person is, for the case that the program ends here. */
  private async note(): Promise<void> {
    if (this.udn !== null && this.step !== 'find') {
      await this.client.keepSetupStep(this.udn, this.step, true).catch(() => undefined);
    }
  }

  private async ask<T>(question: () => Promise<T>): Promise<T | null> {
    this.busy = true;
    this.failure = null;
    try {
      return await question();
    } catch (reason) {
      this.failure = asFailure(reason);
      return null;
    } finally {
      this.busy = false;
    }
  }
}
