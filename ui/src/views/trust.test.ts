import { fireEvent, render, screen, waitFor } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import App from '../App.svelte';
import { useLanguage } from '../i18n/index.svelte';
import { failureWords } from '../ipc/errors';
import type { FailureKind, FirstContactView, PairingMethod } from '../ipc/bindings';
import { failure, gatewayView, Rehearsal, UDN } from '../ipc/mock';
import { changedView } from '../ipc/mock-trust';
import { Preferences } from '../stores/preferences.svelte';
import { expectAccessible } from '../test/axe';
import { click, type } from '../test/hands';

async function meet(contact: Partial<FirstContactView> = {}, client = new Rehearsal()) {
  client.discovery.devices = [gatewayView({ state: 'new' })];
  client.contact = contact;
  render(App, { client, preferences: new Preferences() });
  await click('gateway-row');
  await click('start-pairing');
  await screen.findByTestId('who');
  return client;
}

async function openChanged(client: Rehearsal) {
  client.discovery.devices = [gatewayView({ state: 'changed' })];
  render(App, { client, preferences: new Preferences() });
  await click('gateway-row');
  await screen.findByTestId('compared');
  return client;
}

const named = (client: Rehearsal) => client.calls.map((call) => call.name);

describe('before anything is typed', () => {
  it('shows who answered, where, and since when', async () => {
    await meet();
    const who = screen.getByTestId('who').textContent ?? '';
    for (const part of ['kolup tavem', 'EX7590-001122', '192.168.1.1 · enp3s0', '2 March 2026', 'can fake']) {
      expect(who).toContain(part);
    }
    expect(screen.getByTestId('fingerprint').textContent).toContain('9f86 d081');
    await expectAccessible();
  });

  it.each([
    ['label_pin', 'PIN on the label'],
    ['web_page_pin', 'PIN on the web page'],
  ] as const)('asks for the PIN where it stands: %s', async (method, words) => {
    await meet({ methods: [method] });
    expect(screen.getByLabelText(new RegExp(words))).toBeTruthy();
    expect(screen.queryByTestId('push-button')).toBeNull();
  });

  it('is gone on with from the keyboard, however late the answers come', async () => {
    const client = new Rehearsal();
    client.pace.answer = 30;
    await meet({}, client);
    await waitFor(() => expect(document.activeElement?.id).toBe('pin-input'));
    await type('pin-input', '1234-5670');
    await fireEvent.submit(document.querySelector('#pin-form') as HTMLFormElement);
    const done = await screen.findByTestId('pairing-done');
    await waitFor(() => expect(document.activeElement).toBe(done));
  });

  it('says that the gateway is locked', async () => {
    await meet({ locked: true });
    expect((await screen.findByTestId('pin-locked')).textContent).toContain('Wait a minute');
  });

  it('asks before it uses outdated encryption', async () => {
    const client = await meet({ weak_tls: ['tls1.0', 'rsa1024'] });
    expect(screen.getByTestId('weak-tls').textContent).toContain('TLS 1.0 and a short key (RSA 1024)');
    await type('pin-input', '12345670');
    expect(screen.getByTestId('pair-submit')).toHaveProperty('disabled', true);
    await click('weak-allow');
    await expectAccessible();
    await click('pair-submit');
    await screen.findByTestId('paired-text');
    expect(client.calls.find((call) => call.name === 'pair')?.args).toMatchObject([UDN, { method: 'label_pin', pin: '[secret]', allow_weak_tls: true }]);
  });

  it('says that there is no way', async () => {
    await meet({ methods: ['other' as PairingMethod] });
    expect((await screen.findByTestId('no-method')).textContent).toContain('own web page');
    expect(screen.queryByTestId('pair-submit')).toBeNull();
  });
});

it('a PIN on a screen is shown first and typed while it waits', async () => {
  const client = await meet({ methods: ['screen_pin'] });
  expect(screen.queryByTestId('pin-input')).toBeNull();
  await click('screen-pin');
  await screen.findByTestId('countdown');
  await type('pin-input', '12345670');
  await expectAccessible();
  await click('pair-submit');
  expect((await screen.findByTestId('paired-text')).textContent).toContain('proven by PIN');
  expect(client.calls.find((call) => call.name === 'enterPin')?.args).toEqual([UDN, '[secret]']);
});

describe('without PIN and button', () => {
  const wish = (client: Rehearsal) => client.calls.find((call) => call.name === 'pair')?.args[1];
  const confirmed = expect.stringContaining('9f86d081');

  it('a fingerprint that was compared is trusted by hand', async () => {
    const client = await meet({ methods: ['first_use'] });
    expect(screen.getByTestId('who').textContent).not.toContain('PIN proves');
    await click('first-use-compared');
    await click('first-use');
    expect((await screen.findByTestId('paired-text')).textContent).toContain('compared by hand');
    expect(wish(client)).toMatchObject({ method: 'first_use', compared: true, confirmed });
  });

  it('one that was not is called unproven before and after', async () => {
    const client = await meet({ methods: ['first_use'] });
    expect(screen.getByTestId('first-use').textContent).toContain('unproven');
    await click('first-use');
    expect((await screen.findByTestId('paired-text')).textContent).toContain('never proven');
    expect(wish(client)).toMatchObject({ method: 'first_use', compared: false, confirmed });
  });
});

describe('the button', () => {
  it('is the way where there is no PIN, with a countdown', async () => {
    await meet({ methods: ['push_button'] });
    expect(screen.queryByTestId('pin-input')).toBeNull();
    await click('push-button');
    expect((await screen.findByTestId('countdown')).textContent).toContain('2:00');
    await expectAccessible();
    await click('button-pressed');
    expect((await screen.findByTestId('paired-text')).textContent).toContain('taken by its button');
  });

  it('in place of a PIN is used only after its limit was said', async () => {
    const client = await meet({ methods: ['label_pin', 'push_button'] });
    await click('use-button');
    expect((await screen.findByTestId('button-limit')).textContent).toContain('cannot tell who answers');
    expect(screen.queryByTestId('pin-input')).toBeNull();
    await expectAccessible();
    expect(client.calls.some((call) => call.name === 'pair')).toBe(false);
    await click('push-button');
    await screen.findByTestId('countdown');
  });

  it('can be given up', async () => {
    const client = await meet({ methods: ['push_button'] });
    await click('push-button');
    await screen.findByTestId('countdown');
    await click('pairing-cancel');
    await screen.findByTestId('button-only');
    expect(named(client).filter((name) => name === 'pair')).toHaveLength(1);
  });
});

it('a busy gateway is waited for, with the attempt', async () => {
  const client = new Rehearsal({ answer: 0, step: 60 });
  client.busyAttempts = 2;
  await meet({}, client);
  await type('pin-input', '12345670');
  await click('pair-submit');
  expect((await screen.findByTestId('pairing-busy')).textContent).toContain('Attempt 1 of 6.');
  await screen.findByTestId('paired-text', {}, { timeout: 3000 });
});

it('a wrong PIN is never tried a second time by itself', async () => {
  const client = await meet();
  await type('pin-input', '99999995');
  await click('pair-submit');
  expect((await screen.findByTestId('pairing-failure-why')).textContent).toContain('first four digits');
  await click('pairing-again');
  expect(await screen.findByTestId('pin-input')).toHaveProperty('value', '');
  expect(named(client).filter((name) => name === 'pair')).toHaveLength(1);
});

describe('another certificate', () => {
  it('is compared side by side, with the likely reasons in order', async () => {
    await openChanged(new Rehearsal());
    expect(screen.getByTestId('words-old').textContent).toContain('mesur');
    expect(screen.getByTestId('words-new').textContent).toContain('kolup');
    expect(screen.getByTestId('compared').textContent).toContain('since 12 January 2026, proven by PIN');
    const reasons = [...screen.getByTestId('changed-reasons').children].map((one) => (one as HTMLElement).dataset.reason);
    expect(reasons).toEqual(['replaced', 'impostor']);
    await expectAccessible();
  });

  it('leads on by one deliberate step only', async () => {
    const client = await openChanged(new Rehearsal());
    expect(screen.queryByTestId('forget-and-pair')).toBeNull();
    await click('changed-decide-open');
    await type('changed-confirmation', 'hallway');
    expect(screen.getByTestId('forget-and-pair')).toHaveProperty('disabled', true);
    await type('changed-confirmation', 'Hallway gateway');
    await click('forget-and-pair');
    await type('pin-input', '12345670');
    await click('pair-submit');
    await screen.findByTestId('paired-text');
    // Trust in the old one ends with the proof of the new one, not before.
    expect(named(client)).not.toContain('forget');
    expect(client.calls.find((call) => call.name === 'pair')?.args[1]).toMatchObject({ replace_certificate: true });
  });

  it('or no protection any more is refused, with what to do', async () => {
    const client = new Rehearsal();
    client.change = changedView(UDN, { new: null, new_serial_number: null });
    await openChanged(client);
    const face = screen.getByTestId('face-changed');
    expect(face.dataset.dropped).toBe('true');
    expect(face.textContent).toContain('is not protected any more');
    expect(screen.getByTestId('words-new').textContent).toBe('no certificate');
    await click('changed-decide-open');
    await type('changed-confirmation', 'Hallway gateway');
    await click('forget-and-pair');
    await screen.findByTestId('face-new');
    expect(screen.queryByTestId('pairing-dialog')).toBeNull();
  });

  it('shows both fingerprints even where the refusal carries no facts', async () => {
    const client = new Rehearsal();
    client.discovery.devices = [gatewayView({ state: 'changed' })];
    client.contact = { changed: null };
    client.failing.set('open', failure('IdentityChanged', 'no', { kind: { type: 'certificate_changed', changed: null } }));
    render(App, { client, preferences: new Preferences() });
    await click('gateway-row');
    expect((await screen.findByTestId('fingerprint-old')).textContent).toContain('2c26');
    expect(screen.getByTestId('fingerprint-new').textContent).toContain('9f86');
  });

  it('is looked at again on request', async () => {
    const client = await openChanged(new Rehearsal());
    client.discovery.devices = [gatewayView()];
    client.emit({ kind: 'gateway_found', gateway: gatewayView({ state: 'changed' }) });
    await click('changed-check');
    await waitFor(() => expect(named(client).filter((name) => name === 'open')).toHaveLength(2));
  });
});

describe('a failure in words', () => {
  const kinds: [FailureKind, string, string][] = [
    [{ type: 'pin_second_half' }, 'last four are not', 'letzten vier nicht'],
    [{ type: 'setup_locked', seconds: 60 }, '60 seconds', '60 Sekunden'],
    [{ type: 'button_not_pressed', seconds: 120 }, '2 minutes', '2 Minuten'],
    [{ type: 'device_gave_up', at: 'M4', pin_exposed: true }, 'may count', 'zählt womöglich'],
    [{ type: 'device_gave_up', at: 'M1', pin_exposed: false }, 'No try was spent', 'Kein Versuch'],
    [{ type: 'gateway_unproven', half: 1 }, 'somebody pretending', 'jemand Fremdes'],
    [{ type: 'gateway_unproven', half: 2 }, 'the whole PIN', 'die ganze PIN'],
    [
      {
        type: 'needs_role',
        action: 'SetValues',
        roles: ['Admin'],
        restricted: ['Basic'],
        held: ['Public'],
        cures: [{ type: 'log_in', names: ['Administrator'] }, { type: 'ask', names: ['Desk of Ben'] }],
      },
      'It takes the role Admin or Basic. You hold Public. Log in as Administrator. Or ask at Desk of Ben',
      'Es braucht die Rolle Admin oder Basic. Sie haben Public. Melden Sie sich als Administrator an.',
    ],
  ];
  it.each(kinds)('$type', (kind, english, german) => {
    const one = failure('ActionRefused', 'said by the program', { kind });
    expect(failureWords(one, 'Attic').why).toContain(english);
    useLanguage('de');
    expect(failureWords(one, 'Attic').why).toContain(german);
  });

  it('offers to log in as whom the gateway names', async () => {
    const client = new Rehearsal();
    client.roles = ['Public'];
    const kind: FailureKind = {
      type: 'needs_role',
      action: 'GetACLData',
      roles: ['Admin'],
      restricted: [],
      held: ['Public'],
      cures: [{ type: 'log_in', names: ['Administrator'] }],
    };
    client.failing.set('access', failure('NotAuthorized', 'no', { kind, upnp_code: 606 }));
    render(App, { client, preferences: new Preferences() });
    await click('gateway-row');
    await click('area-access');
    await click('access-failure-login');
    expect(await screen.findByTestId('login-name')).toHaveProperty('value', 'Administrator');
  });
});

it('after a button alone, whoever logs in is told what it leaves open', async () => {
  const client = new Rehearsal();
  client.trustedHow = 'push_button';
  client.discovery.devices = [gatewayView({ state: 'paired' })];
  render(App, { client, preferences: new Preferences() });
  await click('gateway-row');
  await click('log-in');
  expect((await screen.findByTestId('login-button-limit')).textContent).toContain('guess this password');
  await expectAccessible();
});
