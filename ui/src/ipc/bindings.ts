export type InterfaceView = {
	name: string;
	address: string;
	left_out: string | null;
};

export type GatewayKind = "tr064" | "tr064-issue-1" | "device-protection" | "other";

export type GatewayState = "new" | "paired" | "changed" | "silent";

export type ServiceView = {
	type: string;
	id: string;
	control_url: string | null;
	device_udn: string;
};

export type GatewayView = {
	udn: string;
	friendly_name: string | null;
	manufacturer: string | null;
	model_name: string | null;
	model_number: string | null;
	serial_number: string | null;
	software_version: string | null;
	address: string | null;
	interface: string | null;
	location: string | null;
	secure_location: string | null;
	services: ServiceView[];
	kind: GatewayKind;
	state: GatewayState;
	reason: string | null;
	last_seen: string | null;
	draft_count: number;
};

export type DiscoveryView = {
	interfaces: InterfaceView[];
	devices: GatewayView[];
};

export type FirstContactView = {
	udn: string;
	fingerprint: string;
	fingerprint_words: string;
	common_name: string;
	manufacturer: string | null;
	model_name: string | null;
	serial_number: string | null;
	trusted_fingerprint: string | null;
};

export type PairingView = {
	udn: string;
	certificate_sha256: string;
	roles: string[];
};

export type PairingStep = "preparing_identity" | "connecting" | "greeting" | "waiting_busy" | "waiting_button" | "proving_first_half" | "proving_second_half" | "reading_roles";

export type DataModelView = {
	uri: string;
	location: string;
	description: string | null;
};

export type SessionView = {
	udn: string;
	protected: boolean;
	roles: string[];
	user: string | null;
	data_models: DataModelView[];
	index_base: number | null;
	loaded: number;
	total: number;
	complete: boolean;
};

export type NodeKind = "object" | "table" | "instance" | "parameter";

export type NodeStatus = "known" | "not_read" | "refused" | "not_supported";

export type NodeView = {
	path: string;
	upnp_path: string;
	name: string;
	kind: NodeKind;
	access: string | null;
	type: string | null;
	value: string | null;
	units: string | null;
	secret: boolean;
	status: NodeStatus;
	children: number;
	expanded_before: boolean;
	label: string | null;
	draft: string | null;
};

export type FactView = {
	type: string;
	list: boolean;
	enumeration: string[];
	range: string | null;
	max_length: number | null;
	units: string | null;
	default: string | null;
	since: string | null;
	status: string;
};

export type NodeDetailsView = {
	node: NodeView;
	fact: FactView | null;
	meaning: string | null;
	read_at: string | null;
	locked_because: string | null;
	refers_to: string | null;
};

export type SearchView = {
	hits: NodeView[];
	matches: number;
	searched: number;
	total: number;
};

export type EditState = "draft" | "sending" | "verified" | "pending" | "differs" | "refused" | "unknown";

export type EditView = {
	path: string;
	upnp_path: string;
	old: string | null;
	new: string | null;
	secret: boolean;
	problem: string | null;
	conflict: string | null;
	warning: string | null;
	state: EditState;
};

export type DraftView = {
	udn: string;
	edits: EditView[];
	ready: boolean;
};

export type ChangeView = {
	path: string;
	upnp_path: string;
	old: string | null;
	new: string | null;
	read_back: string | null;
	verified: boolean;
	state: EditState;
};

export type ApplyView = {
	status: string | null;
	changes: ChangeView[];
	journal_id: number | null;
	failure: Failure | null;
};

export type RebootPhase = "sent" | "gone" | "announced" | "reachable" | "secured" | "verified";

export type RebootStepView = {
	time: string;
	phase: RebootPhase;
	seconds: number;
};

export type RebootView = {
	back: boolean;
	seconds: number;
	usual_seconds: number | null;
};

export type RolesView = {
	roles: string[];
	needed: string[];
};

export type Code = "Internal" | "Usage" | "Unreachable" | "NotAuthorized" | "PinRejected" | "IdentityChanged" | "ActionRefused" | "UnreadableAnswer" | "KeyringUnavailable" | "NotVerified";

export type Failure = {
	code: Code;
	message: string;
	detail: string | null;
	upnp_code: number | null;
	next: string | null;
};

export type AppEvent =
	| { kind: "gateway_found"; gateway: GatewayView }
	| { kind: "search_finished"; discovery: DiscoveryView }
	| { kind: "pairing_progress"; udn: string; step: PairingStep }
	| { kind: "load_progress"; udn: string; loaded: number; total: number }
	| { kind: "draft_changed"; draft: DraftView }
	| { kind: "reboot_progress"; udn: string; step: RebootStepView }
	| { kind: "session_changed"; session: SessionView };

export type AboutView = { version: string; demo_pin: string | null };
