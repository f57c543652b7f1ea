import { fireEvent, render, screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import App from '../App.svelte';
import { useLanguage } from '../i18n/index.svelte';
import { failure, Rehearsal } from '../ipc/mock';
import { OWN_ID } from '../ipc/mock-access';
import { identityIn, strength } from '../stores/access.svelte';
import { AREAS } from '../stores/areas.svelte';
import { Preferences } from '../stores/preferences.svelte';
import { expectAccessible } from '../test/axe';
import { click, type } from '../test/hands';

const LAPTOP = '9be2f3d4-55aa-5c07-8e61-0a9d3c7b1f22';

async function openAccess(client = new Rehearsal()) {
  render(App, { client, preferences: new Preferences() });
  await click('gateway-row');
  await click('area-access');
  await screen.findByTestId('access');
  return client;
}

/** A part of the row of one identity. */
async function of(key: string, part: string): Promise<HTMLElement> {
  const rows = await screen.findAllByTestId('identity');
  const row = rows.find((one) => one.dataset.key === key);
  if (!row) throw new Error(`no row ${key}`);
  return within(row).getByTestId(part);
}

function sent(client: Rehearsal, name: string) {
  return client.calls.filter((call) => call.name === name).map((call) => call.args.slice(1));
}

describe('the access list', () => {
  it('groups users and computers and marks who is here', async () => {
    await openAccess();
    const groups = await screen.findAllByTestId('access-group');
    expect(groups.map((group) => within(group).getAllByTestId('identity').length)).toEqual([2, 2]);
    expect((await of(`control-point:${OWN_ID}`, 'identity-own')).textContent).toBe('this computer');
    expect((await of(`control-point:${LAPTOP}`, 'identity-name')).textContent).toBe('Laptop of Bea');
    await expectAccessible();
  });

  it('shows what it does not understand and says that it stays', async () => {
    await openAccess();
    const unknown = await screen.findByTestId('access-unknown');
    expect(unknown.textContent).toContain('kept untouched');
    expect(unknown.textContent).toContain('Identities/User anna');
    expect(unknown.textContent).toContain('x:LastSeen');
  });

  it('says that it is read, and that nobody is there', async () => {
    const client = new Rehearsal({ answer: 30, step: 0 });
    client.acl.view = { identities: [], roles: [], unknown: [] };
    await openAccess(client);
    await screen.findByTestId('access-loading');
    expect(await screen.findAllByTestId('access-none')).toHaveLength(2);
  });

  it('that is refused offers the cure', async () => {
    const client = new Rehearsal();
    client.roles = ['Public'];
    client.failing.set('access', failure('NotAuthorized', 'Not allowed.', { upnp_code: 606 }));
    await openAccess(client);
    await screen.findByTestId('access-failure');
    await click('access-failure-login');
    await screen.findByTestId('login-dialog');
  });

  it('may be looked at without Admin; changing offers to log in', async () => {
    const client = new Rehearsal();
    client.roles = ['Basic'];
    await openAccess(client);
    await screen.findByTestId('access-look-only');
    expect(screen.getByTestId('access-add-user')).toHaveProperty('disabled', true);
    await click('access-login');
    await type('login-name', 'Administrator');
    await type('login-password', 'secret');
    await click('login-submit');
    await waitFor(() => expect(screen.getByTestId('access-add-user')).toHaveProperty('disabled', false));
  });

  it('is for paired computers', async () => {
    const client = new Rehearsal();
    client.protected_ = false;
    await openAccess(client);
    await screen.findByTestId('access-unpaired');
    expect(sent(client, 'access')).toEqual([]);
  });
});

describe('a change of the list', () => {
  it('adds a user: two equal passwords, roles, a sentence, Send, read back', async () => {
    const client = await openAccess();
    await click('access-add-user');
    await type('access-name', 'bea');
    await type('access-password', 'Nebelhorn 1911');
    expect(screen.getByTestId('access-password-note').textContent).toBe('Hard to guess.');
    await type('access-password-again', 'Nebelhorn 1912');
    expect(screen.getByTestId('access-send')).toHaveProperty('disabled', true);
    expect(screen.getByTestId('access-password-again-note').textContent).toContain('not the same');
    await type('access-password-again', 'Nebelhorn 1911');
    await click('role-Admin');
    expect(screen.getByTestId('access-will').textContent).toContain('bea may then: change everything.');
    await expectAccessible();
    expect(sent(client, 'addUser')).toEqual([]);
    await click('access-send');
    expect((await screen.findByTestId('access-verdict')).textContent).toContain('Read back from Hallway gateway');
    expect(sent(client, 'addUser')).toEqual([['bea', '[secret]', ['Admin']]]);
    await click('access-close');
    expect((await of('user:bea', 'identity-name')).textContent).toBe('bea');
  });

  it('lets a computer in by whatever was pasted', async () => {
    const client = await openAccess();
    await click('access-add-computer');
    await type('access-name', 'Desk of Ben');
    await type('access-id', 'Identity: none');
    expect(screen.getByTestId('access-id-note').textContent).toContain('no single identity');
    await type('access-id', 'Identity  uuid:01234567-89AB-5CDE-8F01-23456789ABCD');
    await click('access-send');
    await screen.findByTestId('access-verdict');
    expect(sent(client, 'addControlPoint')).toEqual([['01234567-89ab-5cde-8f01-23456789abcd', 'Desk of Ben', []]]);
  });

  it('renames', async () => {
    const client = await openAccess();
    await fireEvent.click(await of(`control-point:${LAPTOP}`, 'identity-rename'));
    expect(await screen.findByTestId('access-name')).toHaveProperty('value', 'Laptop of Bea');
    expect(screen.getByTestId('access-send')).toHaveProperty('disabled', true);
    await type('access-name', 'Spare laptop');
    await click('access-send');
    await screen.findByTestId('access-verdict');
    expect(sent(client, 'renameControlPoint')).toEqual([[`control-point:${LAPTOP}`, 'Spare laptop']]);
  });

  it('gives and takes roles, one request each', async () => {
    const client = await openAccess();
    await fireEvent.click(await of('user:anna', 'identity-roles'));
    await click('role-Admin');
    await click('role-Basic');
    expect(screen.getByTestId('access-will').textContent).toContain('anna may no longer: look at the settings.');
    await click('access-send');
    await screen.findByTestId('access-verdict');
    expect(sent(client, 'grantRole')).toEqual([['user:anna', 'Admin']]);
    expect(sent(client, 'revokeRole')).toEqual([['user:anna', 'Basic', null]]);
  });

  it('that stops half way says so and reads the list again', async () => {
    const client = await openAccess();
    await fireEvent.click(await of('user:anna', 'identity-roles'));
    await click('role-Admin');
    await click('role-Basic');
    client.failing.set('revokeRole', failure('ActionRefused', 'No.', { upnp_code: 501 }));
    await click('access-send');
    await screen.findByTestId('access-partly');
    await screen.findByTestId('access-change-failure');
    expect(sent(client, 'access')).toHaveLength(2);
    expect((await screen.findByTestId('access-send')).textContent).toContain('Change the roles');
  });

  it('that takes the own Admin needs the name of the gateway', async () => {
    const client = await openAccess();
    await fireEvent.click(await of(`control-point:${OWN_ID}`, 'identity-roles'));
    await click('role-Admin');
    expect(screen.getByTestId('access-will').textContent).toContain('lock yourself out');
    await type('access-confirmation', 'Hallway');
    expect(screen.getByTestId('access-send')).toHaveProperty('disabled', true);
    await type('access-confirmation', 'Hallway gateway');
    await expectAccessible();
    await click('access-send');
    await screen.findByTestId('access-verdict');
    expect(sent(client, 'revokeRole')).toEqual([[`control-point:${OWN_ID}`, 'Admin', 'Hallway gateway']]);
  });

  it('that removes this computer leaves a face that says how to come back', async () => {
    await openAccess();
    await fireEvent.click(await of(`control-point:${OWN_ID}`, 'identity-remove'));
    await type('access-confirmation', 'Hallway gateway');
    await click('access-send');
    await click('access-close');
    expect((await screen.findByTestId('access-gone')).textContent).toContain('Pair again');
  });

  it('of a password that nobody can see is accepted, not verified', async () => {
    const client = await openAccess();
    await fireEvent.click(await of('user:anna', 'identity-password'));
    await type('access-password', 'Leuchtturm');
    await type('access-password-again', 'Leuchtturm');
    await click('access-send');
    const verdict = await screen.findByTestId('access-verdict');
    expect(verdict.dataset.verified).toBe('false');
    expect(verdict.textContent).toContain('nobody can check');
    expect(sent(client, 'changePassword')).toEqual([['anna', '[secret]']]);
  });

  it('that fails keeps what was typed', async () => {
    const client = await openAccess();
    client.failing.set('addUser', failure('Usage', 'It knows user:anna already.'));
    await click('access-add-user');
    await type('access-name', 'anna');
    await type('access-password', 'Leuchtturm');
    await type('access-password-again', 'Leuchtturm');
    await click('access-send');
    await screen.findByTestId('access-change-failure');
    expect(screen.getByTestId('access-name')).toHaveProperty('value', 'anna');
    expect(screen.getByTestId('access-send')).toHaveProperty('disabled', false);
  });

  it('speaks German', async () => {
    await openAccess();
    useLanguage('de');
    await fireEvent.click(await of('user:anna', 'identity-remove'));
    expect((await screen.findByTestId('access-will')).textContent).toContain('Hallway gateway vergisst anna.');
  });
});

describe('the frame', () => {
  it('changes the area by key, and lists the key', async () => {
    render(App, { client: new Rehearsal(), preferences: new Preferences() });
    await click('gateway-row');
    await screen.findAllByTestId('node-row');
    await fireEvent.keyDown(window, { key: String(1 + AREAS.indexOf('history')), ctrlKey: true });
    await screen.findByTestId('history');
    await fireEvent.keyDown(window, { key: '?' });
    const keys = (await screen.findByTestId('keys-dialog')).textContent;
    expect(keys).toContain('Ctrl 1');
    expect(keys).toContain('show those that match');
  });

  it('says what this computer may do', async () => {
    await openAccess();
    expect((await screen.findByTestId('role')).textContent).toContain('may change everything');
  });

  it('changes the own password of who is logged in', async () => {
    const client = new Rehearsal();
    client.user = 'anna';
    client.acl.view.identities[1]!.is_logged_in = true;
    await openAccess(client);
    await click('own-password');
    await type('access-password', 'Leuchtturm');
    await type('access-password-again', 'Leuchtturm');
    expect(screen.getByTestId('access-will').textContent).toContain('You log in');
    await click('access-send');
    await screen.findByTestId('access-verdict');
    expect(sent(client, 'changePassword')).toEqual([['anna', '[secret]']]);
  });
});

it('finds the one identity in a text', () => {
  expect(identityIn(`uuid:${OWN_ID.toUpperCase()}\n`)).toBe(OWN_ID);
  expect(identityIn(`${OWN_ID} ${LAPTOP}`)).toBeNull();
  expect(identityIn(`${OWN_ID}0`)).toBeNull();
});

it('judges how hard a password is to guess', () => {
  expect([strength(''), strength('aaaaaaaaaaaa'), strength('Nebelhorn'), strength('Nebel-horn 19')]).toEqual([
    'empty',
    'weak',
    'fair',
    'good',
  ]);
});
