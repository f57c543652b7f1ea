//! What the window may ask during set-up. Passwords cross inward; the card crosses back only when
//! the person asks to see it.
import type { CardForm, Language, SetupField, SetupProgressView, SetupStep, SetupVerdictView, SetupView, WifiCardView } from './bindings';

export interface SetupClient {
  /** The set-up somebody was in when the program ended. */
  setupProgress(): Promise<SetupProgressView | null>;
  /** What a gateway needs, and how far it is; nothing is sent but what reads. */
  setup(udn: string): Promise<SetupView>;
  /** Notes where the person is; with `open` it comes up by itself at the next start. */
  keepSetupStep(udn: string, step: SetupStep, open: boolean): Promise<unknown>;
  /** Keeps what is being typed; an empty text is forgotten. */
  keepBegun(udn: string, field: SetupField, text: string): Promise<unknown>;
  /** Into the draft; without a password the one begun or given before stays. */
  answerLogin(udn: string, userName: string, password: string | null): Promise<SetupView>;
  answerWifi(udn: string, name: string, password: string | null): Promise<SetupView>;
  /** What was typed in a step leaves the draft. */
  leaveOut(udn: string, step: SetupStep): Promise<SetupView>;
  /** Waits until the internet works or it is known why not. */
  setupVerdict(udn: string): Promise<SetupVerdictView>;
  showWifiCard(udn: string): Promise<WifiCardView>;
  /** A free name of a file. */
  wifiCardFile(form: CardForm): Promise<string>;
  saveWifiCard(udn: string, form: CardForm, language: Language, file: string): Promise<unknown>;
  /** The system's dialog for printing. */
  printWindow(): Promise<unknown>;
  endSetup(udn: string): Promise<unknown>;
}
