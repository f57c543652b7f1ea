import { fireEvent, render, screen, waitFor } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import App from '../App.svelte';
import type { SecretsView } from '../ipc/bindings';
import { failure, Rehearsal } from '../ipc/mock';
import { secretsView } from '../ipc/mock-trust';
import { Preferences } from '../stores/preferences.svelte';
import { expectAccessible } from '../test/axe';
import { click, type } from '../test/hands';

const PASSPHRASE = 'Leuchtturm 1887';
const sealed = (more: Partial<SecretsView>) => secretsView({ kind: 'sealed_file', sealed_file_exists: true, ...more });

function start(view: Partial<SecretsView>, client = new Rehearsal()) {
  client.secrets = secretsView(view);
  render(App, { client, preferences: new Preferences() });
  return client;
}

function sent(client: Rehearsal, name: string) {
  return client.calls.filter((call) => call.name === name).map((call) => call.args);
}

const run = () => screen.getByTestId<HTMLButtonElement>('secrets-run');

describe('secrets that are at hand', () => {
  it('ask nothing', async () => {
    const client = start({});
    await waitFor(() => expect(sent(client, 'secretsView')).toHaveLength(1));
    await screen.findByTestId('gateway-row');
    expect(screen.queryByTestId('secrets-dialog')).toBeNull();
  });

  it('are not asked for when the program has no state at all', async () => {
    const client = new Rehearsal();
    client.failing.set('secretsView', failure('Internal', 'The state directory cannot be written.'));
    start({}, client);
    await screen.findByTestId('gateway-row');
    expect(screen.queryByTestId('secrets-dialog')).toBeNull();
  });
});

describe('somebody who sets up a gateway once', () => {
  const JARGON = /keyring|passphrase|secret|schlüsselbund|geheim/i;
  const words = () => {
    const dialog = screen.getByTestId('secrets-dialog').cloneNode(true) as HTMLElement;
    // What the system said is for whoever helps.
    dialog.querySelector('details')?.remove();
    return dialog.textContent ?? '';
  };
  function setUp(view: Partial<SecretsView>) {
    const client = new Rehearsal();
    client.start = 'setup';
    return start(view, client);
  }

  it.each(['keyring_missing', 'failed'] as const)('chooses a password and nothing else: %s', async (type_) => {
    const client = setUp({ state: { type: type_ } });
    await screen.findByTestId('secrets-dialog');
    await screen.findByTestId('secrets-passphrase');
    expect(words()).toContain('Choose a password for this program');
    expect(words()).not.toMatch(JARGON);
    expect(screen.queryByTestId('secrets-way')).toBeNull();
    await expectAccessible();
    await type('secrets-passphrase', PASSPHRASE);
    await type('secrets-passphrase-again', PASSPHRASE);
    await click('secrets-run');
    await waitFor(() => expect(screen.queryByTestId('secrets-dialog')).toBeNull());
    expect(sent(client, 'useSealedFile')).toHaveLength(1);
    await screen.findByTestId('setup-find');
  });

  it('unlocks the passwords of the computer, or takes one of its own', async () => {
    setUp({ state: { type: 'keyring_locked' } });
    await screen.findByTestId('secrets-locked');
    expect(words()).not.toMatch(JARGON);
    await expectAccessible();
    await click('secrets-own');
    await screen.findByTestId('secrets-passphrase');
    expect(words()).toContain('Choose a password');
  });

  it('types the password at the next start, and is told when it is wrong', async () => {
    setUp(sealed({ state: { type: 'passphrase_needed', new: false } }));
    await screen.findByTestId('secrets-passphrase');
    expect(words()).toContain('Your password for this program');
    expect(words()).not.toMatch(JARGON);
    await type('secrets-passphrase', 'Nebelhorn 1911');
    await click('secrets-run');
    await waitFor(() => expect(words()).toContain('This is not the password'));
    await expectAccessible();
  });
});

describe('a computer without a keyring', () => {
  it('is given the choice once, and takes a file with a new passphrase typed twice', async () => {
    const client = start({ state: { type: 'keyring_missing' }, detail: 'no Secret Service on the bus' });
    expect((await screen.findByTestId('secrets-dialog')).textContent).toContain('No keyring runs');
    expect(screen.getByTestId('secrets-detail').textContent).toContain('Secret Service');
    expect(run().textContent).toContain('Check again');
    await expectAccessible();
    await click('secrets-way-file');
    expect(screen.queryByTestId('secrets-cost')).toBeNull();
    await type('secrets-passphrase', 'short');
    await type('secrets-passphrase-again', 'short');
    expect(run().disabled).toBe(true);
    await type('secrets-passphrase', PASSPHRASE);
    await type('secrets-passphrase-again', 'Leuchtfeuer');
    expect(run().disabled).toBe(true);
    await type('secrets-passphrase-again', PASSPHRASE);
    await expectAccessible();
    await click('secrets-run');
    await waitFor(() => expect(screen.queryByTestId('secrets-dialog')).toBeNull());
    expect(sent(client, 'useSealedFile')).toEqual([['[secret]']]);
  });

  it('goes on without secrets, and is asked where they are needed', async () => {
    const client = start({ state: { type: 'keyring_missing' } });
    client.failing.set('ownIdentity', failure('KeyringUnavailable', 'There is none.', { kind: { type: 'secrets' } }));
    await click('secrets-way-file');
    await type('secrets-passphrase', PASSPHRASE);
    await click('secrets-later');
    expect(screen.queryByTestId('secrets-dialog')).toBeNull();
    await screen.findByTestId('gateway-row');
    await click('open-settings');
    await click('settings-identity');
    await click('identity-secrets');
    await screen.findByTestId('secrets-dialog');
    // What was typed is not kept while nobody looks at it.
    expect(screen.getByTestId('secrets-passphrase')).toHaveProperty('value', '');
  });

  it('opens the file of an earlier day', async () => {
    start({ state: { type: 'keyring_missing' }, sealed_file_exists: true });
    await click('secrets-way-file');
    expect(screen.getByTestId('secrets-way').textContent).toContain('from earlier');
    expect(screen.queryByTestId('secrets-passphrase-again')).toBeNull();
    await type('secrets-passphrase', PASSPHRASE);
    await click('secrets-run');
    await waitFor(() => expect(screen.queryByTestId('secrets-dialog')).toBeNull());
  });
});

describe('a locked keyring', () => {
  it('is unlocked outside, then looked at again', async () => {
    const client = start({ state: { type: 'keyring_locked' } });
    expect((await screen.findByTestId('secrets-dialog')).textContent).toContain('is locked');
    await click('secrets-run');
    await screen.findByTestId('secrets-unchanged');
    await expectAccessible();
    client.secrets = secretsView();
    await click('secrets-run');
    await waitFor(() => expect(screen.queryByTestId('secrets-dialog')).toBeNull());
    expect(sent(client, 'useSealedFile')).toEqual([]);
  });

  it('says what a file would cost', async () => {
    start({ state: { type: 'keyring_locked' } });
    await click('secrets-way-file');
    expect((await screen.findByTestId('secrets-cost')).textContent).toContain('paired anew');
  });

  it('that does not answer leaves the same choice', async () => {
    start({ state: { type: 'failed' }, detail: 'the connection was closed' });
    expect((await screen.findByTestId('secrets-dialog')).textContent).toContain('does not answer');
    expect(screen.getByTestId('secrets-way-file')).toBeTruthy();
    await expectAccessible();
  });
});

describe('a file with a passphrase', () => {
  it('is asked for at the start; a wrong one changes nothing and stays in the field', async () => {
    const client = start(sealed({ state: { type: 'passphrase_needed', new: false } }));
    expect((await screen.findByTestId('secrets')).textContent).toContain('secrets.sealed');
    expect(run().disabled).toBe(true);
    await type('secrets-passphrase', 'Nebelhorn 1911');
    await click('secrets-run');
    await waitFor(() => expect(screen.getByTestId('secrets-passphrase-note').textContent).toContain('not the passphrase'));
    expect(screen.getByTestId('secrets-passphrase')).toHaveProperty('value', 'Nebelhorn 1911');
    expect(screen.queryByTestId('secrets-failure')).toBeNull();
    await expectAccessible();
    await type('secrets-passphrase', PASSPHRASE);
    await fireEvent.submit(screen.getByTestId('secrets'));
    await waitFor(() => expect(screen.queryByTestId('secrets-dialog')).toBeNull());
    expect(sent(client, 'useSealedFile')).toEqual([['[secret]'], ['[secret]']]);
  });

  it('that is to be made takes a new passphrase', async () => {
    start(sealed({ state: { type: 'passphrase_needed', new: true }, sealed_file_exists: false }));
    await type('secrets-passphrase', PASSPHRASE);
    await type('secrets-passphrase-again', PASSPHRASE);
    await click('secrets-run');
    await waitFor(() => expect(screen.queryByTestId('secrets-dialog')).toBeNull());
  });

  it('can be given up for a keyring that is there, and says so when it is not', async () => {
    const client = start(sealed({ state: { type: 'passphrase_needed', new: false } }));
    client.failing.set('useKeyring', failure('KeyringUnavailable', 'There is none.', { kind: { type: 'secrets' } }));
    await click('secrets-use-keyring');
    expect((await screen.findByTestId('secrets-failure-why')).textContent).toContain('keyring');
    await expectAccessible();
    client.failing.clear();
    await click('secrets-use-keyring');
    await waitFor(() => expect(screen.queryByTestId('secrets-dialog')).toBeNull());
  });

  it('that others could read is named with what to do', async () => {
    const path = '/home/anna/.local/share/lanside/secrets.sealed';
    const client = start(sealed({ state: { type: 'too_open', path }, detail: `chmod go= ${path}` }));
    const dialog = await screen.findByTestId('secrets-dialog');
    expect(dialog.textContent).toContain(path);
    expect(dialog.textContent).toContain('Let nobody but yourself read it');
    expect(screen.queryByTestId('secrets-passphrase')).toBeNull();
    await expectAccessible();
    client.secrets = sealed({ state: { type: 'passphrase_needed', new: false } });
    await click('secrets-run');
    await screen.findByTestId('secrets-passphrase');
    expect(screen.queryByTestId('secrets-unchanged')).toBeNull();
  });

  it('that is damaged is never made anew by itself', async () => {
    const client = start(sealed({ state: { type: 'failed' }, detail: 'it is cut short' }));
    expect((await screen.findByTestId('secrets-repair')).textContent).toContain('damaged');
    expect(screen.getByTestId('secrets-detail').textContent).toContain('cut short');
    await expectAccessible();
    await click('secrets-run');
    await screen.findByTestId('secrets-unchanged');
    expect(sent(client, 'useSealedFile')).toEqual([]);
  });
});

it('says every question in German', async () => {
  localStorage.setItem('lanside.language', 'de');
  start({ state: { type: 'keyring_locked' } });
  expect((await screen.findByTestId('secrets-dialog')).textContent).toContain('Schlüsselbund');
  await click('secrets-way-file');
  expect(run().textContent).toContain('Datei anlegen');
});
