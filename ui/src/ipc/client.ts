//! The one door to the program behind the window. Nothing else imports the
//! Tauri API, so tests and any other host put another `Client` in its place.
import { invoke } from '@tauri-apps/api/core';
import { listen } from '@tauri-apps/api/event';
import type {
  AboutView,
  AppEvent,
  ApplyView,
  DiscoveryView,
  DraftView,
  FirstContactView,
  GatewayView,
  NodeDetailsView,
  NodeView,
  PairingView,
  RebootView,
  RolesView,
  SearchView,
  SessionView,
} from './bindings';

/** Everything the window may ask for. A call rejects with a `Failure`. */
export interface Client {
  about(): Promise<AboutView>;
  discover(): Promise<DiscoveryView>;
  addByAddress(address: string): Promise<GatewayView>;
  firstContact(udn: string): Promise<FirstContactView>;
  pair(udn: string, pin: string | null): Promise<PairingView>;
  login(udn: string, name: string, password: string): Promise<RolesView>;
  logout(udn: string): Promise<RolesView>;
  forget(udn: string): Promise<void>;
  open(udn: string): Promise<SessionView>;
  close(udn: string): Promise<void>;
  children(udn: string, upnpPath: string): Promise<NodeView[]>;
  loadSubtree(udn: string, upnpPath: string): Promise<SessionView>;
  cancelLoad(udn: string): Promise<void>;
  details(udn: string, upnpPath: string, language: string): Promise<NodeDetailsView>;
  read(udn: string, upnpPaths: string[]): Promise<NodeView[]>;
  search(udn: string, text: string, limit: number): Promise<SearchView>;
  draft(udn: string): Promise<DraftView>;
  stage(udn: string, upnpPath: string, value: string): Promise<DraftView>;
  unstage(udn: string, upnpPath: string): Promise<DraftView>;
  discard(udn: string): Promise<DraftView>;
  review(udn: string): Promise<DraftView>;
  apply(udn: string): Promise<ApplyView>;
  reboot(udn: string): Promise<RebootView>;
  /** Calls `listener` for every push; the answer ends it. */
  onEvent(listener: (event: AppEvent) => void): Promise<() => void>;
}

/** Name of the one event channel, as `src-tauri/src/event.rs` emits it. */
const EVENT = 'app-event';

/** The client of the real window. */
export const tauriClient: Client = {
  about: () => invoke('about'),
  discover: () => invoke('discover'),
  addByAddress: (address) => invoke('add_by_address', { address }),
  firstContact: (udn) => invoke('first_contact', { udn }),
  pair: (udn, pin) => invoke('pair', { udn, pin }),
  login: (udn, name, password) => invoke('login', { udn, name, password }),
  logout: (udn) => invoke('logout', { udn }),
  forget: (udn) => invoke('forget', { udn }),
  open: (udn) => invoke('open', { udn }),
  close: (udn) => invoke('close', { udn }),
  children: (udn, upnpPath) => invoke('children', { udn, upnpPath }),
  loadSubtree: (udn, upnpPath) => invoke('load_subtree', { udn, upnpPath }),
  cancelLoad: (udn) => invoke('cancel_load', { udn }),
  details: (udn, upnpPath, language) => invoke('details', { udn, upnpPath, language }),
  read: (udn, paths) => invoke('read', { udn, paths }),
  search: (udn, text, limit) => invoke('search', { udn, text, limit }),
  draft: (udn) => invoke('draft', { udn }),
  stage: (udn, upnpPath, value) => invoke('stage', { udn, upnpPath, value }),
  unstage: (udn, upnpPath) => invoke('unstage', { udn, upnpPath }),
  discard: (udn) => invoke('discard', { udn }),
  review: (udn) => invoke('review', { udn }),
  apply: (udn) => invoke('apply', { udn }),
  reboot: (udn) => invoke('reboot', { udn }),
  onEvent: (listener) => listen<AppEvent>(EVENT, (event) => listener(event.payload)),
};
