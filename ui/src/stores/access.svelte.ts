//! Who a gateway knows: the list, and one change at a time. Passwords live in the form of
//! the dialog only, and no longer than it.
import type { AccessChangeView, AccessView, Failure, IdentityView } from '../ipc/bindings';
import type { Client } from '../ipc/client';
import { asFailure } from '../ipc/errors';

export const PUBLIC = 'Public';
export const ADMIN = 'Admin';

/** `gone`: this computer took itself out and may not read the list any more. */
export type AccessPhase = 'closed' | 'loading' | 'ready' | 'failed' | 'gone';
export type ChangeKind = 'add_user' | 'add_computer' | 'rename' | 'roles' | 'password' | 'remove';
export type ChangePhase = 'form' | 'sending' | 'done';

/** What a person filled in; which parts count depends on the kind. */
export interface ChangeForm {
  name: string;
  id: string;
  password: string;
  repeated: string;
  roles: string[];
  /** The gateway's name, typed where a change would shut this computer out. */
  confirmation: string;
}

/** One change of the list, from the form to what reading back showed. */
export class AccessChange {
  phase = $state<ChangePhase>('form');
  failure = $state.raw<Failure | null>(null);
  /** Whether reading back showed it. */
  verified = $state(false);
  /** Steps that were done before one failed. */
  partly = $state(false);
  form = $state<ChangeForm>({ name: '', id: '', password: '', repeated: '', roles: [], confirmation: '' });

  constructor(
    private readonly access: Access,
    readonly kind: ChangeKind,
    /** Whom it is about; nobody yet for somebody new. */
    readonly target: IdentityView | null,
    /** Roles the gateway has to give. */
    readonly roles: string[],
  ) {
    if (kind === 'roles' && target) this.form.roles = target.roles.filter((role) => role !== PUBLIC);
    if (kind === 'rename' && target) this.form.name = target.alias ?? target.name;
  }

  /** Roles that are given and taken, in the order they are sent. */
  granted = $derived.by(() => this.form.roles.filter((role) => !this.target?.roles.includes(role)));
  revoked = $derived.by(() =>
    this.kind === 'roles'
      ? (this.target?.roles ?? []).filter((role) => role !== PUBLIC && !this.form.roles.includes(role))
      : [],
  );
  needsName = $derived.by(() =>
    this.kind === 'remove'
      ? (this.target?.removal_needs_name ?? false)
      : this.revoked.includes(ADMIN) && (this.target?.admin_needs_name ?? false),
  );

  /** Whether it can be sent; `gatewayName` is what a confirmation has to say. */
  ready(gatewayName: string): boolean {
    const { name, id, password, repeated, confirmation } = this.form;
    if (this.needsName && confirmation.trim() !== gatewayName.trim()) return false;
    switch (this.kind) {
      case 'add_user':
        return name.trim() !== '' && password !== '' && password === repeated;
      case 'add_computer':
        return name.trim() !== '' && identityIn(id) !== null;
      case 'rename':
        return name.trim() !== '' && name.trim() !== (this.target?.alias ?? this.target?.name);
      case 'roles':
        return this.granted.length + this.revoked.length > 0;
      case 'password':
        return password !== '' && password === repeated;
      case 'remove':
        return true;
    }
  }

  async send(): Promise<void> {
    if (this.phase !== 'form') return;
    this.phase = 'sending';
    this.failure = null;
    this.partly = false;
    try {
      const done = await this.ask();
      this.verified = done.verified;
      this.forgetSecrets();
      this.phase = 'done';
      this.access.changed(done);
    } catch (reason) {
      this.failure = asFailure(reason);
      this.phase = 'form';
      // Whatever became of it: the list says what is true now.
      void this.access.load();
    }
  }

  forgetSecrets(): void {
    this.form.password = '';
    this.form.repeated = '';
  }

  private async ask(): Promise<AccessChangeView> {
    const { client, udn } = this.access;
    const { form, target } = this;
    const who = target?.key ?? '';
    const confirmation = this.needsName ? form.confirmation : null;
    switch (this.kind) {
      case 'add_user':
        return client.addUser(udn, form.name.trim(), form.password, form.roles);
      case 'add_computer':
        return client.addControlPoint(udn, identityIn(form.id) ?? form.id, form.name.trim(), form.roles);
      case 'rename':
        return client.renameControlPoint(udn, who, form.name.trim());
      case 'password':
        return client.changePassword(udn, target?.name ?? '', form.password);
      case 'remove':
        return client.removeIdentity(udn, who, confirmation);
      case 'roles':
        return this.askRoles(who, confirmation);
    }
  }

  /** One request a role: what is given first, so that nobody is without in between. */
  private async askRoles(who: string, confirmation: string | null): Promise<AccessChangeView> {
    const { client, udn } = this.access;
    let last: AccessChangeView = { verified: false, access: null };
    const granted = [...this.granted];
    for (const role of granted) {
      last = await client.grantRole(udn, who, role);
      this.partly = true;
    }
    for (const role of [...this.revoked]) {
      last = await client.revokeRole(udn, who, role, confirmation);
      this.partly = true;
    }
    return last;
  }
}

export class Access {
  phase = $state<AccessPhase>('closed');
  view = $state.raw<AccessView | null>(null);
  failure = $state.raw<Failure | null>(null);
  change = $state.raw<AccessChange | null>(null);

  constructor(
    readonly client: Client,
    readonly udn: string,
  ) {}

  users = $derived((this.view?.identities ?? []).filter((one) => one.kind === 'user'));
  computers = $derived((this.view?.identities ?? []).filter((one) => one.kind === 'control_point'));

  async load(): Promise<void> {
    if (this.phase === 'loading') return;
    this.phase = 'loading';
    try {
      this.view = await this.client.access(this.udn);
      this.failure = null;
      this.phase = 'ready';
    } catch (reason) {
      this.failure = asFailure(reason);
      this.phase = 'failed';
    }
  }

  /** Opens the form of a change; nothing is sent. */
  begin(kind: ChangeKind, target: IdentityView | null = null): void {
    this.change = new AccessChange(this, kind, target, grantable(this.view?.roles ?? []));
  }

  /** The form of the own password, wherever it was asked for. */
  async beginOwnPassword(user: string): Promise<void> {
    if (this.view === null) await this.load();
    const known = this.users.find((one) => one.is_logged_in);
    this.begin('password', known ?? nobodyBut(user));
  }

  end(): void {
    this.change?.forgetSecrets();
    this.change = null;
  }

  changed(done: AccessChangeView): void {
    if (done.access) {
      this.view = done.access;
      this.phase = 'ready';
      this.failure = null;
    } else {
      this.view = null;
      this.phase = 'gone';
    }
  }

  /** Roles held here changed: the list may be readable now, or no longer. */
  reset(): void {
    this.phase = 'closed';
    this.failure = null;
  }
}

/** Public is everybody's; a gateway that tells of no roles has the two of the standard. */
function grantable(roles: string[]): string[] {
  const given = roles.filter((role) => role !== PUBLIC);
  return given.length > 0 ? given : ['Basic', ADMIN];
}

/** Somebody who is logged in although the list does not say so. */
function nobodyBut(user: string): IdentityView {
  return {
    key: `user:${user}`,
    kind: 'user',
    name: user,
    alias: null,
    id: null,
    introduced: false,
    roles: [],
    is_this_computer: false,
    is_logged_in: true,
    removal_needs_name: false,
    admin_needs_name: false,
  };
}

/** The identity in a pasted line: alone, with `uuid:`, or amid other words. */
export function identityIn(text: string): string | null {
  const found = text.match(/(?<![0-9a-f])[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}(?![0-9a-f])/gi);
  // Two of them would leave it open which is meant.
  return found?.length === 1 ? (found[0] ?? '').toLowerCase() : null;
}

export type Strength = 'empty' | 'weak' | 'fair' | 'good';

/** How hard a password is to guess, by length and kinds of characters. A hint, no rule. */
export function strength(password: string): Strength {
  const length = [...password].length;
  if (length === 0) return 'empty';
  const different = new Set(password).size;
  const kinds = [/\p{Ll}/u, /\p{Lu}/u, /\p{N}/u, /[^\p{L}\p{N}]/u].filter((kind) => kind.test(password)).length;
  if (length < 8 || different < 5) return 'weak';
  return length >= 14 || (length >= 10 && kinds >= 3) ? 'good' : 'fair';
}
