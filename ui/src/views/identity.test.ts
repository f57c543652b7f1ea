import { fireEvent, render, screen, waitFor } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import App from '../App.svelte';
import { failure, Rehearsal, UDN } from '../ipc/mock';
import { affected, OWN_ID } from '../ipc/mock-access';
import { Preferences } from '../stores/preferences.svelte';
import { expectAccessible } from '../test/axe';
import { click, type } from '../test/hands';

async function openIdentity(client = new Rehearsal()) {
  render(App, { client, preferences: new Preferences() });
  await click('open-settings');
  await click('settings-identity');
  return client;
}

function sent(client: Rehearsal, name: string) {
  return client.calls.filter((call) => call.name === name).map((call) => call.args);
}

describe('this computer', () => {
  it('shows who gateways know it as', async () => {
    await openIdentity();
    expect((await screen.findByTestId('identity-uuid')).textContent).toBe(OWN_ID);
    const facts = screen.getByTestId('identity-facts').textContent ?? '';
    for (const part of ['Lanside on workbench', 'lumik ratos', '5feceb66', 'RSA 2048', '18 March 2054']) {
      expect(facts).toContain(part);
    }
    expect((await screen.findByTestId('identity-known')).textContent).toContain('1 gateway is paired');
    await expectAccessible();
  });

  it('that cannot be read says why and tries again', async () => {
    const client = new Rehearsal();
    client.failing.set('ownIdentity', failure('KeyringUnavailable', 'The keyring is locked.'));
    await openIdentity(client);
    expect((await screen.findByTestId('identity-failure')).textContent).toContain('keyring');
    client.failing.clear();
    await click('identity-retry');
    await screen.findByTestId('identity-uuid');
  });
});

describe('the identity in a file', () => {
  it('is written under a passphrase typed twice', async () => {
    const client = await openIdentity();
    await click('identity-export');
    await waitFor(() => expect(screen.getByTestId('identity-file')).toHaveProperty('value', expect.stringContaining('sealed')));
    await type('identity-passphrase', 'short');
    await type('identity-passphrase-again', 'short');
    expect(screen.getByTestId('identity-run')).toHaveProperty('disabled', true);
    await type('identity-passphrase', 'Leuchtturm 1887');
    await type('identity-passphrase-again', 'Leuchtturm 1887');
    await expectAccessible();
    await click('identity-run');
    expect((await screen.findByTestId('identity-written')).textContent).toContain('lanside-identity');
    expect(sent(client, 'exportIdentity')[0]?.[1]).toBe('[secret]');
    await click('identity-done');
    await click('identity-export');
    expect(screen.getByTestId('identity-passphrase')).toHaveProperty('value', '');
  });

  it('that exists already is told without losing what was typed', async () => {
    const client = await openIdentity();
    client.failing.set('exportIdentity', failure('Usage', 'It exists.', { kind: { type: 'usage' } }));
    await click('identity-export');
    await type('identity-file', '/tmp/there');
    await type('identity-passphrase', 'Leuchtturm 1887');
    await type('identity-passphrase-again', 'Leuchtturm 1887');
    await click('identity-run');
    expect((await screen.findByTestId('identity-failure-why')).textContent).toContain('Choose another name');
    expect(screen.getByTestId('identity-file')).toHaveProperty('value', '/tmp/there');
    expect(screen.getByTestId('identity-passphrase')).toHaveProperty('value', 'Leuchtturm 1887');
  });

  it('is taken over only when the present one is given up', async () => {
    const client = await openIdentity();
    await click('identity-import');
    await type('identity-file', '/media/usb/lanside-identity.sealed');
    await type('identity-passphrase', 'Leuchtturm 1887');
    expect(screen.getByTestId('identity-cost').textContent).toContain('this gateway knows');
    expect(screen.getByTestId('identity-run')).toHaveProperty('disabled', true);
    await click('identity-give-up');
    await expectAccessible();
    await click('identity-run');
    expect((await screen.findByTestId('identity-now')).textContent).toContain('77aa77aa');
    expect(sent(client, 'importIdentity')).toEqual([['/media/usb/lanside-identity.sealed', '[secret]', true]]);
    await click('identity-done');
    await waitFor(() => expect(screen.getByTestId('identity-uuid').textContent).toContain('77aa77aa'));
  });
});

it('a stolen laptop: says what it costs, then what to revoke where', async () => {
  const client = await openIdentity();
  expect(screen.queryByTestId('settings-dialog')).toBeNull();
  await screen.findByTestId('identity-uuid');
  await click('identity-replace');
  expect((await screen.findByTestId('identity-body')).textContent).toContain('no gateway knows it');
  expect(screen.getByTestId('identity-gateways').textContent).toContain('Hallway gateway');
  expect(sent(client, 'replaceIdentity')).toEqual([]);
  await click('identity-give-up');
  await click('identity-run');
  expect((await screen.findByTestId('identity-old')).textContent).toBe(OWN_ID);
  await expectAccessible();
  await click('identity-pair');
  await screen.findByTestId('pairing-dialog');
  expect(screen.queryByTestId('identity-dialog')).toBeNull();
});

describe('a file of this computer', () => {
  it('is chosen in the dialog of the system, and typed where nothing was chosen', async () => {
    const client = await openIdentity();
    await click('identity-import');
    await type('identity-file', '/media/usb/half');
    await click('identity-file-choose');
    expect(sent(client, 'chooseFile')).toEqual([['read', 'File', '/media/usb/half']]);
    expect(screen.getByTestId('identity-file')).toHaveProperty('value', '/media/usb/half');
    client.chosen = '/media/usb/lanside-identity.sealed';
    await click('identity-file-choose');
    await waitFor(() => expect(screen.getByTestId('identity-file')).toHaveProperty('value', client.chosen));
    client.failing.set('chooseFile', failure('Usage', 'This name cannot be used.'));
    await click('identity-file-choose');
    await waitFor(() => expect(screen.getByTestId('identity-file-note').textContent).toContain('Type its name'));
    await expectAccessible();
  });

  it('is a new one where it is written', async () => {
    const client = await openIdentity();
    client.chosen = '/media/usb/new.sealed';
    await click('identity-export');
    await click('identity-file-choose');
    await waitFor(() => expect(screen.getByTestId('identity-file')).toHaveProperty('value', client.chosen));
    expect(sent(client, 'chooseFile')[0]?.[0]).toBe('write');
  });
});

it('a stolen laptop: where the old identity is still let in shows whenever one looks', async () => {
  const client = new Rehearsal();
  client.own = { ...client.own, identity: '77aa77aa-1111-5222-8333-444455556666', revoke: affected(UDN) };
  await openIdentity(client);
  const left = await screen.findByTestId('identity-revoke');
  for (const part of ['Hallway gateway', OWN_ID, 'Access']) expect(left.textContent).toContain(part);
  await expectAccessible();
  await click('identity-pair');
  await screen.findByTestId('pairing-dialog');
  expect(screen.queryByTestId('identity-dialog')).toBeNull();
});

it('another kind of key is chosen with what it costs', async () => {
  const client = await openIdentity();
  await click('identity-replace');
  expect(screen.getByTestId('identity-key')).toHaveProperty('value', 'rsa2048');
  expect(screen.queryByTestId('identity-key-warning')).toBeNull();
  await fireEvent.change(screen.getByTestId('identity-key'), { target: { value: 'p256' } });
  expect((await screen.findByTestId('identity-key-warning')).textContent).toContain('RSA alone');
  await expectAccessible();
  await click('identity-give-up');
  await click('identity-run');
  await screen.findByTestId('identity-old');
  expect(sent(client, 'replaceIdentity')).toEqual([['p256']]);
  await click('identity-done');
  await waitFor(() => expect(screen.getByTestId('identity-facts').textContent).toContain('EC 256'));
});

it('a new identity closes what was opened as the old one', async () => {
  const client = new Rehearsal();
  render(App, { client, preferences: new Preferences() });
  await click('gateway-row');
  await screen.findAllByTestId('node-row');
  await click('open-settings');
  await click('settings-identity');
  await screen.findByTestId('identity-uuid');
  await click('identity-replace');
  await click('identity-give-up');
  await click('identity-run');
  await click('identity-done');
  await click('dialog-close');
  await screen.findByTestId('face-closed');
});
