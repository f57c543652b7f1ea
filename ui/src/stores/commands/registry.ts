//! Every command of the window, once: keys, the key overlay, the palette and the
//! settings are all fed from here.
import type { MessageKey } from '../../i18n/index.svelte';
import { AREAS, type Area } from '../areas.svelte';
import type { Desk } from '../desk.svelte';
import type { OpenGateway } from '../gateway.svelte';
import { linkTo } from '../link.svelte';

/** What a command may do to the page, done by whoever draws it. */
export interface Hands {
  focusSearch(): void;
  focusEditor(): void;
  /** Moves the focus to the gateway in front. */
  focusPane(): void;
  copy(text: string): Promise<boolean>;
}

/** What is in front when a command is asked for. */
export interface Place {
  desk: Desk;
  /** The gateway in front, when it is open. */
  gateway: OpenGateway | null;
  hands: Hands;
}

export type CommandGroup = 'window' | 'gateway' | 'areas' | 'setting' | 'draft';
export const GROUPS: readonly CommandGroup[] = ['window', 'gateway', 'areas', 'setting', 'draft'];
export type CommandId = string;

export interface Command {
  id: CommandId;
  group: CommandGroup;
  title: MessageKey;
  /** Further words somebody may look for. */
  words?: MessageKey;
  /** Keys it has until somebody chooses others. */
  keys: readonly string[];
  /** Keys on a Mac, when they differ by more than the command key. */
  mac?: readonly string[];
  /** A key that also means something to a field stays the field's. */
  notInFields?: boolean;
  /** Also while a dialog is open. */
  inDialogs?: boolean;
  /** Whether it can be done now. */
  can(place: Place): boolean;
  run(place: Place): void;
}

type Part = Omit<Command, 'group'>;

const always = () => true;
const open = ({ gateway }: Place) => gateway !== null;
/** A tree as it was at the last visit is on the screen. */
const remembers = ({ desk }: Place) => desk.gateway !== null && desk.gateway.tree.asOf !== null;
const inTree = ({ gateway }: Place) => gateway?.area === 'settings' && gateway.details !== null;
const node = ({ gateway }: Place) => (gateway?.area === 'settings' ? (gateway.details?.node ?? null) : null);

const windowPart: Part[] = [
  { id: 'palette', title: 'command_palette', keys: ['Mod+K'], can: always, run: ({ desk }) => (desk.overlay = 'palette') },
  { id: 'quick-open', title: 'command_quick_open', words: 'command_quick_open_words', keys: ['Mod+P'], can: always, run: ({ desk }) => (desk.overlay = 'open') },
  { id: 'keys', title: 'command_keys', words: 'command_keys_words', keys: ['?'], can: always, run: ({ desk }) => (desk.overlay = 'keys') },
  { id: 'settings', title: 'command_settings', words: 'command_settings_words', keys: ['Mod+,'], can: always, run: ({ desk }) => (desk.overlay = 'settings') },
  { id: 'about', title: 'command_about', words: 'command_about_words', keys: [], can: always, run: ({ desk }) => (desk.overlay = 'about') },
  { id: 'set-up', title: 'setup_begin', keys: [], can: always, run: ({ desk }) => void desk.startSetup() },
  { id: 'search-network', title: 'command_search_network', keys: [], can: ({ desk }) => !desk.neighbours.searching, run: ({ desk }) => void desk.neighbours.search() },
  { id: 'add-gateway', title: 'command_add_gateway', keys: ['Mod+N'], can: always, run: ({ desk }) => desk.addByAddress() },
  { id: 'why-nothing', title: 'command_why_nothing', keys: [], can: always, run: ({ desk }) => desk.startDoctor() },
  { id: 'recipes', title: 'command_recipes', words: 'command_recipes_words', keys: [], can: always, run: ({ desk }) => (desk.page = 'recipes') },
  { id: 'report', title: 'command_report', words: 'command_report_words', keys: [], can: always, run: ({ desk }) => (desk.page = 'report') },
  { id: 'trace', title: 'command_trace', words: 'command_trace_words', keys: ['Mod+J'], can: always, run: ({ desk }) => (desk.page = 'trace') },
  { id: 'identity', title: 'command_identity', words: 'command_identity_words', keys: [], can: always, run: ({ desk }) => desk.startIdentity() },
];

const severalTabs = ({ desk }: Place) => desk.tabs.length > 1;

const gatewayPart: Part[] = [
  { id: 'next-tab', title: 'command_next_tab', keys: ['Mod+PageDown'], can: severalTabs, run: ({ desk }) => desk.stepTab(1) },
  { id: 'previous-tab', title: 'command_previous_tab', keys: ['Mod+PageUp'], can: severalTabs, run: ({ desk }) => desk.stepTab(-1) },
  { id: 'close-tab', title: 'command_close_tab', keys: ['Mod+W'], can: ({ desk }) => desk.current !== null, run: ({ desk }) => desk.current && desk.closeTab(desk.current) },
  { id: 'split', title: 'command_split', words: 'command_split_words', keys: ['Mod+\\'], can: (place) => severalTabs(place) || place.desk.workspace.split, run: ({ desk }) => desk.toggleSplit() },
  { id: 'other-pane', title: 'command_other_pane', keys: ['F6'], can: ({ desk }) => desk.workspace.split, run: ({ desk, hands }) => { desk.otherPane(); hands.focusPane(); } },
  { id: 'read-all', title: 'command_read_all', keys: [], can: (place) => open(place) && !place.gateway?.loading, run: ({ gateway }) => void gateway?.loadSubtree() },
  { id: 'restart', title: 'command_restart', words: 'command_restart_words', keys: [], can: open, run: ({ desk, gateway }) => gateway && desk.startRestart(gateway.udn) },
  { id: 'reset', title: 'command_reset', words: 'command_reset_words', keys: [], can: open, run: ({ desk, gateway }) => gateway && desk.startReset(gateway.udn) },
  { id: 'log-in', title: 'command_log_in', keys: [], can: ({ gateway }) => gateway?.session?.protected === true && !gateway.session.user, run: ({ desk }) => desk.startLogin() },
  { id: 'log-out', title: 'command_log_out', keys: [], can: ({ gateway }) => Boolean(gateway?.session?.user), run: ({ desk, gateway }) => gateway && void desk.logout(gateway.udn) },
  { id: 'pair', title: 'command_pair', words: 'command_pair_words', keys: [], can: canPair, run: ({ desk }) => desk.current && desk.startPairing(desk.current) },
];

const settingPart: Part[] = [
  { id: 'search', title: 'command_search', keys: ['/', 'Mod+F'], can: (place) => open(place) || remembers(place) || place.desk.page === 'trace', run: ({ hands }) => hands.focusSearch() },
  { id: 'edit', title: 'command_edit', keys: ['F2'], can: (place) => node(place)?.kind === 'parameter', run: ({ hands }) => hands.focusEditor() },
  { id: 'read', title: 'command_read', keys: ['F5'], mac: ['F5', 'Mod+R'], can: ({ gateway }) => Boolean(gateway?.tree.selected), run: ({ gateway }) => gateway?.tree.selected && void gateway.read([gateway.tree.selected]) },
  { id: 'grid', title: 'command_grid', keys: ['G'], can: (place) => node(place)?.kind === 'table' && !place.gateway?.grid, run: (place) => place.gateway?.openGrid(node(place)?.upnp_path ?? '') },
  { id: 'watch', title: 'command_watch', keys: ['W'], can: (place) => node(place)?.kind === 'parameter', run: (place) => withNode(place, (one) => void place.gateway?.watch.toggle(one)) },
  { id: 'copy-path', title: 'command_copy_path', keys: ['C'], can: inTree, run: (place) => withNode(place, (one) => void place.desk.copied(one.path, place.hands.copy)) },
  { id: 'copy-upnp-path', title: 'command_copy_upnp_path', keys: ['Shift+C'], can: inTree, run: (place) => withNode(place, (one) => void place.desk.copied(one.upnp_path, place.hands.copy)) },
  { id: 'copy-link', title: 'command_copy_link', words: 'command_copy_link_words', keys: [], can: inTree, run: (place) => withNode(place, (one) => void place.desk.copied(linkTo(place.gateway?.udn ?? '', one.path), place.hands.copy)) },
];

const draftPart: Part[] = [
  { id: 'review', title: 'command_review', keys: ['Mod+S'], can: open, run: ({ gateway }) => void gateway?.draft.review() },
  { id: 'apply', title: 'command_apply', keys: ['Mod+Enter'], inDialogs: true, can: ({ gateway }) => gateway?.draft.sendable === true, run: ({ gateway }) => void gateway?.apply() },
  { id: 'undo', title: 'command_undo', keys: ['Mod+Z'], notInFields: true, can: ({ gateway }) => (gateway?.draft.count ?? 0) > 0, run: undoLast },
  { id: 'discard', title: 'command_discard', keys: [], can: ({ gateway }) => (gateway?.draft.count ?? 0) > 0, run: ({ gateway }) => void gateway?.discard() },
  { id: 'take-back', title: 'command_take_back', words: 'command_take_back_words', keys: [], can: open, run: ({ gateway }) => void gateway?.takeBack(null) },
];

/** An area has the key of its number, as far as there are numbers. */
export function areaCommand(area: Area): CommandId {
  return `area-${area}`;
}

const areaPart: Part[] = AREAS.map((area, index) => ({
  id: areaCommand(area),
  title: `area_${area}` as const,
  words: `area_${area}_words` as const,
  keys: index < 9 ? [`Mod+${index + 1}`] : [],
  can: open,
  run({ gateway, hands }) {
    if (!gateway) return;
    gateway.area = area;
    // What had the focus may be gone with the area before.
    hands.focusPane();
  },
}));

const inGroup = (group: CommandGroup, part: readonly Part[]): Command[] => part.map((one) => ({ ...one, group }));

/** All of them, in the order they are listed. */
export const COMMANDS: readonly Command[] = [
  ...inGroup('window', windowPart),
  ...inGroup('gateway', gatewayPart),
  ...inGroup('areas', areaPart),
  ...inGroup('setting', settingPart),
  ...inGroup('draft', draftPart),
];

function withNode(place: Place, act: (node: NonNullable<OpenGateway['details']>['node']) => void): void {
  const one = node(place);
  if (one) act(one);
}

function undoLast({ gateway }: Place): void {
  const last = gateway?.draft.view?.edits.at(-1);
  if (last) void gateway?.unstage(last.upnp_path);
}

function canPair({ desk }: Place): boolean {
  const view = desk.neighbours.byUdn(desk.current);
  return view?.kind === 'tr064' && (view.state === 'new' || view.state === 'paired');
}
