//! The one door to the program behind the window. Nothing else uses the Tauri API
//! or the generated commands, so tests and any other host put another `Client` in
//! its place.
import {
  commands,
  events,
  type AboutView,
  type AccessChangeView,
  type AccessView,
  type AffectedGateway,
  type AppEvent,
  type ApplyView,
  type ArgumentValue,
  type CallView,
  type CardView,
  type CommandLinesView,
  type DeviceActionsView,
  type DiscoveryView,
  type DoctorView,
  type DraftView,
  type ExportedIdentity,
  type FilePurpose,
  type FirstContactView,
  type GatewayView,
  type ImportedIdentity,
  type KeyChoice,
  type Language,
  type LicenceView,
  type NodeDetailsView,
  type NodeView,
  type OpenedLink,
  type OwnIdentity,
  type RememberedRows,
  type PairingView,
  type PairWish,
  type ReplacedIdentity,
  type RolesView,
  type SearchView,
  type SecretsView,
  type SessionView,
  type TrustView,
  type TypedView,
} from './bindings';
import type { SupportClient } from './client-support';
import type { OperationsClient } from './client-operations';
import type { SetupClient } from './client-setup';
import type { TreeClient } from './client-tree';

/** Everything the window may ask for. A call rejects with a `Failure`. */
export interface Client extends TreeClient, OperationsClient, SetupClient, SupportClient {
  about(): Promise<AboutView>;
  discover(): Promise<DiscoveryView>;
  /** Measures for about four seconds; nothing is changed. */
  whyNothing(): Promise<DoctorView>;
  addByAddress(address: string): Promise<GatewayView>;
  /** What a gateway tells about itself to the roles held; nothing is changed. */
  show(udn: string): Promise<CardView>;
  firstContact(udn: string): Promise<FirstContactView>;
  pair(udn: string, wish: PairWish): Promise<PairingView>;
  /** The PIN the gateway shows, for an introduction that waits for it. */
  enterPin(udn: string, pin: string): Promise<unknown>;
  /** Since when and how a gateway is trusted; nothing for a stranger. */
  trust(udn: string): Promise<TrustView | null>;
  /** The person pressed the button of the gateway. */
  buttonPressed(udn: string): Promise<unknown>;
  cancelPairing(udn: string): Promise<unknown>;
  login(udn: string, name: string, password: string): Promise<RolesView>;
  logout(udn: string): Promise<RolesView>;
  forget(udn: string): Promise<unknown>;
  open(udn: string): Promise<SessionView>;
  firmware(udn: string): Promise<string | null>;
  close(udn: string): Promise<unknown>;
  /** A branch as it was at an earlier visit; nothing is sent. */
  rememberedRows(udn: string, upnpPath: string): Promise<RememberedRows | null>;
  children(udn: string, upnpPath: string): Promise<NodeView[]>;
  loadSubtree(udn: string, upnpPath: string): Promise<SessionView>;
  cancelLoad(udn: string): Promise<unknown>;
  details(udn: string, upnpPath: string, language: Language): Promise<NodeDetailsView>;
  /** A free name of a file for a value. */
  valueFile(udn: string, upnpPath: string): Promise<string>;
  /** Writes the whole of a value to a new file; it does not pass the window. */
  saveValue(udn: string, upnpPath: string, file: string): Promise<unknown>;
  read(udn: string, upnpPaths: string[]): Promise<NodeView[]>;
  search(udn: string, text: string, limit: number): Promise<SearchView>;
  /** The same in the tree as it was at an earlier visit; nothing is sent. */
  searchRemembered(udn: string, text: string, limit: number): Promise<SearchView | null>;
  draft(udn: string): Promise<DraftView>;
  /** What was typed for settings and is not in the draft. */
  typed(udn: string): Promise<TypedView[]>;
  /** Keeps what is being typed for a setting; nothing is staged. Without a text it is forgotten. */
  keepTyped(udn: string, upnpPath: string, text: string | null): Promise<unknown>;
  /** What was typed for settings and is not in the draft. */
  typed(udn: string): Promise<TypedView[]>;
  /** Keeps what is being typed for a setting; nothing is staged. Without a text it is forgotten. */
  keepTyped(udn: string, upnpPath: string, text: string | null): Promise<unknown>;
  stage(udn: string, upnpPath: string, value: string): Promise<DraftView>;
  unstage(udn: string, upnpPath: string): Promise<DraftView>;
  discard(udn: string): Promise<DraftView>;
  review(udn: string): Promise<DraftView>;
  apply(udn: string): Promise<ApplyView>;
  /** Services of a device with their actions; nothing is called. */
  deviceActions(udn: string): Promise<DeviceActionsView>;
  callAction(udn: string, service: string, action: string, given: ArgumentValue[]): Promise<CallView>;
  /** The same call as command lines; nothing is called. */
  callLines(udn: string, service: string, action: string, given: ArgumentValue[]): Promise<CommandLinesView>;
  rolesForCall(udn: string, service: string, action: string): Promise<RolesView>;
  /** Users and control points a gateway knows. */
  access(udn: string): Promise<AccessView>;
  addUser(udn: string, name: string, password: string, roles: string[]): Promise<AccessChangeView>;
  addControlPoint(udn: string, id: string, name: string, roles: string[]): Promise<AccessChangeView>;
  renameControlPoint(udn: string, who: string, name: string): Promise<AccessChangeView>;
  grantRole(udn: string, who: string, role: string): Promise<AccessChangeView>;
  revokeRole(udn: string, who: string, role: string, confirmation: string | null): Promise<AccessChangeView>;
  removeIdentity(udn: string, who: string, confirmation: string | null): Promise<AccessChangeView>;
  changePassword(udn: string, name: string, password: string): Promise<AccessChangeView>;
  /** Where this computer's secrets are kept, and whether they can be had. */
  secretsView(): Promise<SecretsView>;
  /** Keeps secrets behind this passphrase from now on, or opens the file that is there. */
  useSealedFile(passphrase: string): Promise<SecretsView>;
  /** Keeps secrets in the system keyring from now on. */
  useKeyring(): Promise<SecretsView>;
  /** The system's own dialog; nothing when it is closed without a file. */
  chooseFile(purpose: FilePurpose, title: string, suggested: string): Promise<string | null>;
  /** The link the program was opened with, once. */
  takeLink(): Promise<OpenedLink | null>;
  /** A notification of the system, when the window is in the background; whether it is. */
  tellInBackground(title: string, text: string): Promise<boolean>;
  /** Everything the programs are made of. */
  licences(): Promise<LicenceView[]>;
  /** Who gateways know this computer as. */
  ownIdentity(): Promise<OwnIdentity>;
  /** A free name of a file to export to. */
  identityFile(): Promise<string>;
  gatewaysThatKnowUs(): Promise<AffectedGateway[]>;
  exportIdentity(path: string, passphrase: string): Promise<ExportedIdentity>;
  importIdentity(path: string, passphrase: string, replace: boolean): Promise<ImportedIdentity>;
  replaceIdentity(key: KeyChoice): Promise<ReplacedIdentity>;
  /** Calls `listener` for every push; the answer ends it. */
  onEvent(listener: (event: AppEvent) => void): Promise<() => void>;
}

/** The client of the real window. */
export const tauriClient: Client = {
  ...commands,
  onEvent: (listener) => events.appEvent.listen((event) => listener(event.payload)),
};
