//! The access list and the identity of the rehearsal.
import type { AccessChangeView, AccessView, AffectedGateway, IdentityView, OwnIdentity } from './bindings';

export const OWN_ID = '3c1b7a52-0f4e-5d21-9a77-6b1e0c2d9f10';

export function identityView(more: Partial<IdentityView>): IdentityView {
  return {
    key: `user:${more.name ?? ''}`,
    kind: 'user',
    name: '',
    alias: null,
    id: null,
    introduced: false,
    roles: ['Public', 'Basic'],
    is_this_computer: false,
    is_logged_in: false,
    removal_needs_name: false,
    admin_needs_name: false,
    ...more,
  };
}

function computer(name: string, id: string, more: Partial<IdentityView> = {}): IdentityView {
  return identityView({ key: `control-point:${id}`, kind: 'control_point', name, id, ...more });
}

export function accessView(): AccessView {
  return {
    identities: [
      identityView({ name: 'Administrator', roles: ['Public', 'Basic', 'Admin'] }),
      identityView({ name: 'anna' }),
      computer('Lanside on workbench', OWN_ID, {
        introduced: true,
        roles: ['Public', 'Basic', 'Admin'],
        is_this_computer: true,
        removal_needs_name: true,
        admin_needs_name: true,
      }),
      computer('Lanside on e14', '9be2f3d4-55aa-5c07-8e61-0a9d3c7b1f22', { alias: 'Laptop of Bea' }),
    ],
    roles: ['Public', 'Basic', 'Admin', 'x-example-voice'],
    unknown: [
      { place: 'Identities/User anna', xml: '<x:LastSeen xmlns:x="urn:example:acl">2026-02-03T04:05:06</x:LastSeen>' },
    ],
  };
}

/** The list and what changes it, as a gateway would keep it. */
export class RehearsedAccess {
  view = accessView();

  list(): AccessView {
    return structuredClone(this.view);
  }

  add(identity: IdentityView): AccessChangeView {
    this.view.identities.push({ ...identity, roles: ['Public', ...identity.roles] });
    return { verified: true, access: this.list() };
  }

  addComputer(id: string, name: string, roles: string[]): AccessChangeView {
    return this.add(computer(name, id, { alias: name, roles }));
  }

  /** A change of one identity; nothing of it left stands for removing it. */
  edit(key: string, change: (identity: IdentityView) => IdentityView | null): AccessChangeView {
    this.view.identities = this.view.identities.flatMap((one) => (one.key === key ? (change(one) ?? []) : [one]));
    const here = this.view.identities.some((one) => one.is_this_computer);
    return { verified: true, access: here ? this.list() : null };
  }
}

export function ownIdentity(more: Partial<OwnIdentity> = {}): OwnIdentity {
  return {
    identity: OWN_ID,
    certificate_sha256: '5feceb66ffc86f38d952786c6d696c79c2dbc239dd4e91b46729d73a27fb57e9',
    fingerprint_words: 'lumik ratos venar pilun dosek amiro',
    common_name: 'Lanside on workbench',
    valid_until: '2054-03-18T12:00:00Z',
    key: 'RSA 2048',
    revoke: [],
    ...more,
  };
}

export function affected(udn: string): AffectedGateway[] {
  return [{ udn, name: 'Hallway gateway', address: '192.168.1.1', identity: OWN_ID }];
}
