//! Words for identities, their roles, and what a change of them will do.
import { list, t, type MessageKey } from '../../i18n/index.svelte';
import type { IdentityView } from '../../ipc/bindings';
import { PUBLIC, type AccessChange } from '../../stores/access.svelte';

/** What a person calls an identity. */
export function callName(identity: IdentityView): string {
  return identity.alias ?? identity.name;
}

/** What a role allows, as the end of “may …”. */
export function may(role: string): string {
  const key = role === 'Admin' || role === 'Basic' || role === PUBLIC ? `role_may_${role}` : null;
  return key ? t(key as MessageKey) : t('role_may_other', { role });
}

function mayAll(roles: string[]): string {
  return roles.length > 0 ? list(roles.map(may)) : t('role_may_Public');
}

/** What will happen at the gateway called `name`, one sentence a line. */
export function sentences(change: AccessChange, name: string): string[] {
  const { form, target } = change;
  const who = target ? callName(target) : form.name.trim();
  switch (change.kind) {
    case 'add_user':
      return who ? [t('will_add_user', { who, name }), t('will_may', { who, may: mayAll(form.roles) })] : [];
    case 'add_computer':
      return who ? [t('will_add_computer', { who, name }), t('will_may', { who, may: mayAll(form.roles) })] : [];
    case 'rename':
      return form.name.trim() && form.name.trim() !== who ? [t('will_rename', { who, to: form.name.trim(), name })] : [];
    case 'password':
      return [t(target?.is_logged_in ? 'will_own_password' : 'will_password', { who, name })];
    case 'remove':
      if (target?.is_this_computer) return [t('will_remove_this', { name }), t('will_remove_this_after')];
      return [
        t('will_remove', { who, name }),
        t(target?.kind === 'user' ? 'will_remove_user_after' : 'will_remove_computer_after', { who }),
      ];
    case 'roles':
      return [
        ...(change.granted.length > 0 ? [t('will_grant', { who, may: mayAll(change.granted) })] : []),
        ...(change.revoked.length > 0 ? [t('will_revoke', { who, may: mayAll(change.revoked) })] : []),
      ];
  }
}
