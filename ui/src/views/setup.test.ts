import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/svelte';
import { beforeEach, describe, expect, it } from 'vitest';
import App from '../App.svelte';
import type { SetupTrouble } from '../ipc/bindings';
import { failure, gatewayView, Rehearsal, UDN } from '../ipc/mock';
import { operatorView } from '../ipc/mock-setup';
import { useLanguage } from '../i18n/index.svelte';
import { Preferences } from '../stores/preferences.svelte';
import { expectAccessible } from '../test/axe';
import { click, type } from '../test/hands';

let client: Rehearsal;

beforeEach(() => {
  client = new Rehearsal();
  client.start = 'setup';
  client.discovery.devices = [gatewayView({ state: 'new' })];
});

function show(): void {
  render(App, { client, preferences: new Preferences() });
}

async function at(testid: string): Promise<HTMLElement> {
  return screen.findByTestId(testid);
}

const next = () => click('setup-next');
const text = (testid: string) => screen.getByTestId(testid).textContent ?? '';
const calls = (name: string) => client.calls.filter((call) => call.name === name);

async function pair(): Promise<void> {
  await at('setup-find');
  await next();
  await at('setup-pair');
  await type('pin-input', '1234-5670');
  await next();
}

async function answerInternet(password = 'geheim12'): Promise<void> {
  await at('setup-internet');
  await type('setup-user-name', 'anna@nordnetz.example');
  await type('setup-password', password);
  await next();
}

async function answerWifi(): Promise<void> {
  await at('setup-wifi');
  await type('setup-wifi-name', 'Zum Anker');
  await type('setup-wifi-password', 'Leuchtturm 1887');
  await next();
}

describe('the first screen', () => {
  it('asks whose window it is, and remembers a technician', async () => {
    client.start = null;
    show();
    await at('welcome');
    await expectAccessible();
    await click('welcome-technician');
    await at('gateway-row');
    expect(localStorage.getItem('lanside.who')).toBe('technician');
    await click('open-setup');
    await at('setup-find');
    await click('setup-leave');
    await at('gateway-row');
  });

  it('leads to the set-up and back', async () => {
    client.start = null;
    show();
    await click('welcome-setup');
    await at('setup-find');
    await click('setup-back');
    await at('welcome');
  });

  it('says that the file of a provider is wrong', async () => {
    client.start = null;
    client.operatorProblem = failure('Usage', 'operator.toml: line 3, column 1: no');
    show();
    await at('welcome');
    expect(text('operator-wrong')).toContain('line 3');
  });
});

describe('the path of a customer', () => {
  it('goes from the box to the internet, and sends nothing before the summary', async () => {
    show();
    await pair();
    await answerInternet();
    await answerWifi();
    await at('setup-check');
    await waitFor(() => expect(screen.getByTestId('setup-send').hasAttribute('disabled')).toBe(false));
    expect(text('setup-row-internet')).toContain('anna@nordnetz.example');
    expect(text('setup-row-wifi')).toContain('Zum Anker');
    expect(document.body.textContent).not.toMatch(/geheim12|Leuchtturm/);
    expect(calls('apply')).toHaveLength(0);
    await expectAccessible();
    await click('setup-send');
    await at('setup-works');
    expect(calls('apply')).toHaveLength(1);
    await expectAccessible();
    await click('setup-finish');
    await at('column');
    expect(calls('endSetup')).toHaveLength(1);
  });

  it('shows a password only on the card that was asked for', async () => {
    show();
    await pair();
    await answerInternet();
    await answerWifi();
    await waitFor(() => expect(screen.getByTestId('setup-send').hasAttribute('disabled')).toBe(false));
    await click('setup-send');
    await at('setup-works');
    expect(calls('showWifiCard')).toHaveLength(0);
    expect(document.body.textContent).not.toContain('Leuchtturm');
    await click('setup-card-show');
    await at('setup-card');
    expect(text('setup-card-password')).toBe('Leuchtturm 1887');
    await expectAccessible();
    await click('setup-card-print');
    expect(calls('printWindow')).toHaveLength(1);
    await click('setup-card-save');
    await at('setup-card-saved');
    expect(calls('saveWifiCard')[0]?.args).toEqual([UDN, 'html', 'en', '/home/anna/Documents/wifi-card.html']);
    await click('setup-card-hide');
    await waitFor(() => expect(document.body.textContent).not.toContain('Leuchtturm'));
  });

  it('leads back to the letter when the provider refuses, and keeps the password out of sight', async () => {
    show();
    await pair();
    await answerInternet('falsch99');
    await answerWifi();
    await waitFor(() => expect(screen.getByTestId('setup-send').hasAttribute('disabled')).toBe(false));
    await click('setup-send');
    await at('setup-broken');
    expect(text('setup-text')).toContain('Compare them with the letter');
    await expectAccessible();
    await click('setup-correct');
    await at('setup-internet');
    expect((screen.getByTestId('setup-password') as HTMLInputElement).value).toBe('');
    await type('setup-password', 'geheim12');
    await next();
    await at('setup-check');
    await waitFor(() => expect(screen.getByTestId('setup-send').hasAttribute('disabled')).toBe(false));
    await click('setup-send');
    await at('setup-works');
  });

  it('goes back step by step and loses nothing', async () => {
    show();
    await pair();
    await answerInternet();
    await at('setup-wifi');
    await click('setup-back');
    await at('setup-internet');
    expect((screen.getByTestId('setup-user-name') as HTMLInputElement).value).toBe('anna@nordnetz.example');
    expect(text('setup-password-note')).toContain('kept');
    await next();
    expect(calls('answerLogin')[1]?.args[2], 'the password before stays').toBeNull();
    await answerWifi();
    await at('setup-check');
    await click('setup-back');
    await at('setup-wifi');
    await click('setup-back');
    await at('setup-internet');
    await click('setup-back');
    await at('setup-find');
  });

  it('leaves out what a line does not need and says so', async () => {
    client.line = null;
    client.hasWifi = false;
    show();
    await pair();
    await at('setup-check');
    expect(text('setup-path')).not.toContain('Wi-Fi');
    expect(text('setup-title')).toContain('nothing to change');
    await waitFor(() => expect(screen.getByTestId('setup-send').hasAttribute('disabled')).toBe(false));
    await click('setup-send');
    await at('setup-works');
    expect(calls('apply')).toHaveLength(0);
  });

  it('keeps an access that works, or takes another one', async () => {
    client.discovery.devices = [gatewayView()];
    client.line = { userName: 'bruno', connected: true };
    show();
    await at('setup-find');
    await next();
    await at('setup-internet-there');
    await expectAccessible();
    await click('setup-other');
    await at('setup-internet');
    await click('setup-back');
    await at('setup-internet-there');
    await next();
    await at('setup-wifi');
    await click('setup-keep-wifi');
    await at('setup-check');
    expect(text('setup-row-wifi')).toContain('stays as it is');
  });
});

describe('what is typed', () => {
  it('is checked under the field', async () => {
    show();
    await pair();
    await at('setup-internet');
    await next();
    expect(text('setup-user-name-note')).toContain('fill this in');
    await type('setup-user-name', ' anna');
    expect(text('setup-user-name-note')).toContain('blank');
    expect(calls('answerLogin')).toHaveLength(0);
    await expectAccessible();
  });

  it('tells how hard a Wi-Fi password is to guess', async () => {
    show();
    await pair();
    await answerInternet();
    await at('setup-wifi');
    await type('setup-wifi-password', 'kurz');
    expect(text('setup-wifi-password-note').trim()).not.toBe('At least 8 characters.');
    await fireEvent.blur(screen.getByTestId('setup-wifi-password'));
    expect(text('setup-wifi-password-note').trim()).toBe('At least 8 characters.');
    await type('setup-wifi-password', 'Schlüssel 12');
    expect(text('setup-wifi-password-note')).toContain('sign');
    await type('setup-wifi-password', '12345678');
    expect(screen.getByTestId('setup-strength').dataset.strength).toBe('weak');
    await type('setup-wifi-password', 'Leuchtturm 1887');
    expect(screen.getByTestId('setup-strength').dataset.strength).toBe('good');
    await type('setup-wifi-password', '0'.repeat(64));
    expect(text('setup-wifi-password-note')).toContain('63');
    await expectAccessible();
  });
});

describe('states on the way', () => {
  it('says why nothing is found', async () => {
    client.discovery.devices = [];
    show();
    await at('setup-nothing');
    await expectAccessible();
    await click('setup-search');
    expect(calls('discover').length).toBeGreaterThan(1);
  });

  it('lets one choose among several', async () => {
    client.discovery.devices = [gatewayView({ state: 'new' }), gatewayView({ udn: 'uuid:2', friendly_name: 'Attic box' })];
    show();
    await waitFor(() => expect(screen.getAllByTestId('setup-gateway')).toHaveLength(2));
    expect(text('setup-title')).toContain('Which one');
    await expectAccessible();
  });

  it('does not go on with another gateway than the one it knows', async () => {
    client.discovery.devices = [gatewayView({ state: 'changed' })];
    show();
    await at('setup-changed');
    expect(screen.getByTestId('setup-next').hasAttribute('disabled')).toBe(true);
  });

  it('says what was wrong with a number, and takes it again', async () => {
    show();
    await at('setup-find');
    await next();
    await at('setup-pair');
    await expectAccessible();
    await type('pin-input', '00000000');
    await next();
    await at('setup-pair-failed');
    await expectAccessible();
    await click('setup-retry');
    await at('setup-pair');
  });

  it('takes a button in the place of a number', async () => {
    client.contact = { methods: ['push_button'] };
    show();
    await at('setup-find');
    await next();
    await at('setup-pair-button');
    await next();
    await at('setup-press');
    await expectAccessible();
    await click('button-pressed');
    await at('setup-internet');
  });

  it('takes a number the gateway shows, and one that needs none', async () => {
    client.contact = { methods: ['first_use'] };
    show();
    await at('setup-find');
    await next();
    await at('setup-pair-first');
    expect(screen.getByTestId('setup-next').hasAttribute('disabled')).toBe(true);
    await click('setup-sure');
    await next();
    await at('setup-internet');
  });

  it('says that the gateway cannot be asked, and asks again', async () => {
    client.discovery.devices = [gatewayView()];
    client.failing.set('setup', failure('Unreachable', 'It did not answer.'));
    show();
    await at('setup-find');
    await next();
    await at('setup-unread');
    await expectAccessible();
    client.failing.delete('setup');
    await click('setup-retry');
    await at('setup-internet');
  });

  it('keeps what was typed when the answer cannot be kept', async () => {
    show();
    await pair();
    client.failing.set('answerLogin', failure('KeyringUnavailable', 'Locked.'));
    await answerInternet();
    await at('setup-failure');
    expect((screen.getByTestId('setup-password') as HTMLInputElement).value).toBe('geheim12');
  });

  it('warns before this computer loses its Wi-Fi', async () => {
    client.outlook = { ...client.outlook, severity: 'cut_off' };
    client.line = null;
    show();
    await pair();
    await answerWifi();
    await at('setup-risk');
    expect(screen.getByTestId('setup-send').hasAttribute('disabled')).toBe(true);
    await expectAccessible();
    await click('setup-accept');
    await waitFor(() => expect(screen.getByTestId('setup-send').hasAttribute('disabled')).toBe(false));
    client.turnsUp = false;
    await click('setup-send');
    await at('setup-lost');
  });

  it('shows a failure to send and sends again', async () => {
    client.line = null;
    show();
    await pair();
    await answerWifi();
    await waitFor(() => expect(screen.getByTestId('setup-send').hasAttribute('disabled')).toBe(false));
    client.failing.set('apply', failure('Unreachable', 'It did not answer.'));
    await click('setup-send');
    await at('setup-failure');
    client.failing.delete('apply');
    await click('setup-retry');
    await waitFor(() => expect(screen.getByTestId('setup-send').hasAttribute('disabled')).toBe(false));
    await click('setup-send');
    await at('setup-works');
  });

  const troubles: SetupTrouble[] = [
    'no_line', 'line_starting', 'account_blocked', 'provider_silent', 'switched_off', 'no_names', 'unclear',
  ];
  it.each(troubles)('says %s in plain words', async (trouble) => {
    client.line = null;
    client.hasWifi = false;
    client.setupTrouble = trouble;
    show();
    await pair();
    await waitFor(() => expect(screen.getByTestId('setup-send').hasAttribute('disabled')).toBe(false));
    await click('setup-send');
    await at('setup-broken');
    expect(text('setup-text')).not.toMatch(/PPP|SSID|DNS|DHCP/);
    client.setupTrouble = null;
    await click('setup-test-again');
    await at('setup-works');
  });
});

describe('an interrupted set-up', () => {
  it('comes up by itself at the step it was left in', async () => {
    client.start = null;
    client.discovery.devices = [gatewayView()];
    await client.answerLogin(UDN, 'anna@nordnetz.example', 'geheim12');
    await client.keepSetupStep(UDN, 'wifi', true);
    show();
    await at('setup-wifi');
    expect(text('setup-returned')).toContain('back where you stopped');
    await expectAccessible();
  });

  it('has what was being typed into its step, and of a password only that there is one', async () => {
    show();
    await pair();
    await at('setup-internet');
    await type('setup-user-name', 'anna@nord');
    await type('setup-password', 'geheim12');
    await waitFor(() => expect(client.begun.get('password')).toBe('geheim12'));
    cleanup();
    show();
    await at('setup-internet');
    expect((screen.getByTestId('setup-user-name') as HTMLInputElement).value).toBe('anna@nord');
    expect((screen.getByTestId('setup-password') as HTMLInputElement).value).toBe('');
    expect(text('setup-password-note')).toContain('8 characters you typed are kept');
    await expectAccessible();
    await type('setup-user-name', 'anna@nordnetz.example');
    await next();
    await at('setup-wifi');
    expect(calls('answerLogin')[0]?.args.slice(1)).toEqual(['anna@nordnetz.example', null]);
    expect(client.begun.size).toBe(0);
    await type('setup-wifi-password', 'kurz');
    await waitFor(() => expect(client.begun.get('wifi_password')).toBe('kurz'));
    cleanup();
    show();
    await at('setup-wifi');
    expect(text('setup-wifi-password-note')).toContain('Please type it again');
    await next();
    expect(calls('answerWifi'), 'half a password is none').toHaveLength(0);
    // Going back and forth keeps the field itself.
    await type('setup-wifi-password', 'Leucht');
    await click('setup-back');
    await at('setup-internet');
    await next();
    await at('setup-wifi');
    expect((screen.getByTestId('setup-wifi-password') as HTMLInputElement).value).toBe('Leucht');
  });

  it('says that it cannot keep what is typed, and goes on', async () => {
    show();
    await pair();
    client.failing.set('keepBegun', failure('KeyringUnavailable', 'Locked.'));
    await at('setup-internet');
    await type('setup-password', 'geheim12');
    await at('setup-unkept');
    await expectAccessible();
    client.failing.delete('keepBegun');
    await type('setup-password', 'geheim1');
    await waitFor(() => expect(screen.queryByTestId('setup-unkept')).toBeNull());
  });

  it('stays away when the person left it', async () => {
    client.start = null;
    await client.keepSetupStep(UDN, 'wifi', false);
    show();
    await at('welcome');
  });
});

describe('a provider', () => {
  it('has its name, its words, its colour and its number', async () => {
    client.operator = operatorView();
    show();
    await at('setup-find');
    expect(text('setup-brand')).toBe('Nordnetz');
    expect(text('setup-help')).toContain('+49 40 555 01 23');
    expect(document.documentElement.style.getPropertyValue('--accent')).toBe('#0a5c9e');
    await pair();
    await at('setup-internet');
    expect(text('setup-title')).toBe('Your Nordnetz access');
    await answerInternet();
    await at('setup-wifi');
    expect((screen.getByTestId('setup-wifi-name') as HTMLInputElement).value).toBe('Nordnetz zu Hause');
    await click('setup-leave');
    await click('welcome-technician');
    await waitFor(() => expect(document.documentElement.style.getPropertyValue('--accent')).toBe(''));
  });

  it('speaks German where it has no words of its own', async () => {
    client.operator = operatorView();
    localStorage.setItem('lanside.language', 'de');
    show();
    await at('setup-find');
    expect(text('setup-title')).toBe('Ist das Ihr Gateway?');
    await expectAccessible();
    useLanguage('en');
  });
});
