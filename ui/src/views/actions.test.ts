import { fireEvent, render, screen, waitFor, within } from '@testing-library/svelte';
import { afterEach, describe, expect, it, vi } from 'vitest';
import App from '../App.svelte';
import { useLanguage } from '../i18n/index.svelte';
import { failure, gatewayView, Rehearsal, UDN } from '../ipc/mock';
import { argument, deviceActions } from '../ipc/mock-actions';
import { Preferences } from '../stores/preferences.svelte';
import { expectAccessible } from '../test/axe';
import { click, type } from '../test/hands';

/** The window with the actions of the gateway in front. */
async function openActions(client = new Rehearsal()) {
  render(App, { client, preferences: new Preferences() });
  await click('gateway-row');
  await click('area-actions');
  return client;
}

async function choose(action: string) {
  const row = await waitFor(() => {
    const found = screen.getAllByTestId('action-row').find((one) => one.dataset.action === action);
    if (!found) throw new Error(`no action ${action}`);
    return found;
  });
  await fireEvent.click(row);
}

function sent(client: Rehearsal) {
  return client.calls.filter((call) => call.name === 'callAction').map((call) => call.args);
}

afterEach(() => vi.restoreAllMocks());

describe('the list of actions', () => {
  it('says that it is read', async () => {
    await openActions(new Rehearsal({ answer: 60, step: 0 }));
    expect((await screen.findByTestId('actions-loading')).textContent).toContain('Reading what Hallway gateway can do');
  });

  it('shows every service with its actions and marks what changes', async () => {
    await openActions();
    const rows = await screen.findAllByTestId('action-row');
    expect(rows.map((row) => row.dataset.action)).toContain('GetSupportedDataModels');
    expect(screen.getByTestId('actions-count').textContent).toContain('9 actions');
    const status = rows.find((row) => row.dataset.action === 'GetDeviceStatus');
    const reboot = rows.find((row) => row.dataset.action === 'Reboot');
    expect(status?.textContent).not.toContain('May change something');
    expect(reboot?.textContent).toContain('May change something');
    expect(screen.getByTestId('actions-hint').textContent).toContain('Nothing is sent before you press Call');
  });

  it('searches by words in any place', async () => {
    await openActions();
    await type('actions-search', 'management status');
    await waitFor(() => expect(screen.getAllByTestId('action-row')).toHaveLength(1));
    expect(screen.getByTestId('actions-count').textContent).toContain('1 of 9 actions');
    await type('actions-search', 'nowhere');
    expect((await screen.findByTestId('actions-no-match')).textContent).toContain('Nothing contains “nowhere”');
    await fireEvent.keyDown(screen.getByTestId('actions-search'), { key: 'Escape' });
    await waitFor(() => expect(screen.getAllByTestId('action-row')).toHaveLength(9));
  });

  it('says why there is none', async () => {
    const client = new Rehearsal();
    client.actions = { udn: UDN, protected: true, services: [] };
    await openActions(client);
    expect((await screen.findByTestId('actions-none')).textContent).toContain('offers no actions');
  });

  it('says why it failed and reads it again', async () => {
    const client = new Rehearsal();
    client.failing.set('deviceActions', failure('Unreachable', 'No answer.'));
    await openActions(client);
    expect((await screen.findByTestId('actions-failure-what')).textContent).toContain('does not answer');
    client.failing.delete('deviceActions');
    await click('actions-failure-retry');
    await screen.findAllByTestId('action-row');
  });

  it('keeps the other services when one cannot be read', async () => {
    const client = new Rehearsal();
    const list = deviceActions(UDN);
    const [first, ...rest] = list.services;
    client.actions = { ...list, services: [{ ...first!, actions: [], failure: failure('UnreadableAnswer', 'It is no SCPD.') }, ...rest] };
    await openActions(client);
    expect((await screen.findByTestId('service-failure')).textContent).toContain('It is no SCPD.');
    expect(screen.getAllByTestId('action-row')).toHaveLength(6);
  });

  it('is walked with the arrow keys', async () => {
    await openActions();
    const rows = await screen.findAllByTestId('action-row');
    await fireEvent.keyDown(window, { key: '/' });
    expect(document.activeElement).toBe(screen.getByTestId('actions-search'));
    await fireEvent.keyDown(document.activeElement!, { key: 'ArrowDown' });
    expect(document.activeElement).toBe(rows[0]);
    await fireEvent.keyDown(document.activeElement!, { key: 'ArrowDown' });
    expect(document.activeElement).toBe(rows[1]);
    await fireEvent.keyDown(document.activeElement!, { key: 'End' });
    expect(document.activeElement).toBe(rows.at(-1));
  });
});

describe('a call', () => {
  it('that only reads is sent at once, and its answer stays in the history', async () => {
    const client = await openActions();
    await choose('GetDeviceStatus');
    expect(sent(client)).toEqual([]);
    await click('call');
    expect((await screen.findByTestId('out-DeviceStatus')).textContent).toBe('OK,2026-03-04T10:11:12Z');
    expect(sent(client)).toEqual([[UDN, `${UDN}/urn:upnp-org:serviceId:BasicManagement`, 'GetDeviceStatus', []]]);
    await choose('GetAssignedRoles');
    expect(screen.queryByTestId('out-DeviceStatus')).toBeNull();
    await click('history-row');
    expect((await screen.findByTestId('call-name')).textContent).toBe('GetDeviceStatus');
    expect(screen.getByTestId('out-DeviceStatus').textContent).toContain('OK');
    await click('history-clear');
    expect(screen.queryByTestId('call-history')).toBeNull();
  });

  it('that changes something is asked about once more, by name', async () => {
    const client = await openActions();
    await choose('Reboot');
    await click('call');
    const dialog = await screen.findByTestId('confirm-call');
    expect(dialog.textContent).toContain('Call Reboot on Hallway gateway?');
    await click('confirm-cancel');
    expect(sent(client)).toEqual([]);
    await click('call');
    await click('confirm-yes');
    expect((await screen.findByTestId('call-no-out')).textContent).toContain('accepted it');
    expect(sent(client)).toHaveLength(1);
  });

  it('takes its fields from the SCPD and does not send what is out of range', async () => {
    const client = await openActions();
    await choose('Ping');
    const kinds = screen.getAllByTestId('argument').map((one) => [one.dataset.name, one.dataset.kind]);
    expect(kinds).toEqual([['Host', 'text'], ['NumberOfRepetitions', 'number'], ['DSCP', 'number'], ['Verbose', 'switch']]);
    expect(screen.getByTestId('argument-NumberOfRepetitions')).toHaveProperty('value', '4');
    expect(screen.getByTestId('argument-NumberOfRepetitions-note').textContent).toContain('Allowed: 1 – 64');
    await type('argument-NumberOfRepetitions', '65');
    expect(screen.getByTestId('argument-NumberOfRepetitions-note').textContent).toContain('outside the allowed range');
    await click('call');
    expect(screen.queryByTestId('confirm-call')).toBeNull();
    await type('argument-NumberOfRepetitions', '3');
    await type('argument-DSCP', '0');
    await type('argument-Host', '192.168.1.2');
    await click('call');
    await click('confirm-yes');
    await screen.findByTestId('out-TestID');
    expect(sent(client)[0]?.[3]).toEqual([
      { name: 'Host', value: '192.168.1.2' },
      { name: 'NumberOfRepetitions', value: '3' },
      { name: 'DSCP', value: '0' },
      { name: 'Verbose', value: '0' },
    ]);
  });

  it('says that it waits', async () => {
    const client = await openActions(new Rehearsal({ answer: 80, step: 0 }));
    await choose('GetDeviceStatus');
    await click('call');
    expect((await screen.findByTestId('call-busy')).textContent).toContain('Waiting for the answer of Hallway gateway');
    expect(screen.getByTestId('call')).toHaveProperty('disabled', true);
    await screen.findByTestId('call-done');
    expect(sent(client)).toHaveLength(1);
  });

  it('that is refused shows the number and plain words', async () => {
    const client = new Rehearsal();
    client.failing.set('callAction', failure('ActionRefused', 'It refused.', { upnp_code: 402 }));
    await openActions(client);
    await choose('GetValues');
    await click('call');
    expect((await screen.findByTestId('call-fault')).textContent).toContain('Fault 402: An argument is missing');
    expect(screen.getByTestId('history-row').textContent).toContain('Fault 402');
  });

  it('that needs another role names it and offers the cure', async () => {
    const client = new Rehearsal();
    client.roles = ['Public'];
    client.failing.set('callAction', failure('NotAuthorized', 'Not allowed.', { upnp_code: 606 }));
    await openActions(client);
    await choose('GetValues');
    await click('call');
    expect((await screen.findByTestId('call-needed')).textContent).toContain('Admin');
    expect(screen.getByTestId('call-failure-why').textContent).toContain('You hold the role Public.');
    await click('call-failure-login');
    await screen.findByTestId('login-name');
  });

  it('lays documents out and copies them as they came', async () => {
    const copied = vi.fn().mockResolvedValue(undefined);
    vi.stubGlobal('navigator', { ...navigator, languages: ['en'], clipboard: { writeText: copied } });
    await openActions();
    await choose('GetSupportedDataModels');
    await click('call');
    const shown = (await screen.findByTestId('out-SupportedDataModels')).textContent ?? '';
    expect(shown).toContain('\n    <Location>/BBF/</Location>\n');
    await click('out-SupportedDataModels-copy');
    expect(copied.mock.calls[0]?.[0]).not.toContain('\n');
    vi.unstubAllGlobals();
  });

  it('keeps no secret', async () => {
    const client = await openActions();
    await choose('SetUserLoginPassword');
    expect(screen.getByTestId('argument-NewPassword')).toHaveProperty('type', 'password');
    await type('argument-Name', 'anna');
    await type('argument-NewPassword', 'swordfish');
    await click('copy-cli');
    expect((await screen.findByTestId('written-line')).textContent).toContain('LANSIDE_SECRET_1');
    expect(JSON.stringify(client.calls)).not.toContain('swordfish');
    await click('call');
    await click('confirm-yes');
    await screen.findByTestId('call-done');
    expect(screen.getByTestId('history-row').textContent).toContain('NewPassword=••••');
    await choose('GetAssignedRoles');
    await click('history-row');
    await waitFor(() => expect(screen.getByTestId('argument-Name')).toHaveProperty('value', 'anna'));
    expect(screen.getByTestId('argument-NewPassword')).toHaveProperty('value', '');
  });

  it('hides secrets in the answer until asked', async () => {
    const client = new Rehearsal();
    const list = deviceActions(UDN);
    const status = list.services[0]!.actions[0]!;
    list.services[0]!.actions[0] = { ...status, outputs: [argument('DeviceStatus', { secret: true })] };
    client.actions = list;
    await openActions(client);
    await choose('GetDeviceStatus');
    await click('call');
    const out = await screen.findByTestId('out');
    expect(out.textContent).not.toContain('OK');
    await fireEvent.click(within(out).getByTestId('out-reveal'));
    expect(screen.getByTestId('out-DeviceStatus').textContent).toContain('OK');
  });

  it('is written as curl and as a command without being sent', async () => {
    const client = await openActions();
    await choose('GetDeviceStatus');
    await click('copy-curl');
    expect((await screen.findByTestId('written-line')).textContent).toContain('SOAPACTION');
    expect(screen.getByTestId('written-files').textContent).toContain('key.pem');
    await click('copy-cli');
    await waitFor(() => expect(screen.getByTestId('written').dataset.way).toBe('cli'));
    expect(screen.queryByTestId('written-files')).toBeNull();
    client.failing.set('callLines', failure('Usage', 'Ping needs the argument Host.'));
    await click('copy-cli');
    expect((await screen.findByTestId('written-failure-why')).textContent).toContain('needs the argument');
    expect(sent(client)).toEqual([]);
  });
});

it('a device without settings shows its actions', async () => {
  const client = new Rehearsal();
  client.discovery.devices = [gatewayView({ kind: 'other', state: 'new', friendly_name: 'Media server' })];
  render(App, { client, preferences: new Preferences() });
  await click('rail-others');
  await click('gateway-row');
  await click('show-actions');
  await choose('GetDeviceStatus');
  await click('call');
  await screen.findByTestId('out-DeviceStatus');
  await click('actions-back');
  await screen.findByTestId('face-unmanaged');
});

it('a device without settings that can test something shows its tests', async () => {
  const client = new Rehearsal();
  const type = 'urn:schemas-upnp-org:service:BasicManagement:2';
  const services = [{ type, id: 'urn:upnp-org:serviceId:BasicManagement', control_url: '/bms', device_udn: 'uuid:1' }];
  client.discovery.devices = [gatewayView({ kind: 'other', state: 'new', friendly_name: 'Media server', services })];
  render(App, { client, preferences: new Preferences() });
  await click('rail-others');
  await click('gateway-row');
  await click('show-tests');
  await screen.findByTestId('tests');
  await expectAccessible();
  await click('actions-back');
  await screen.findByTestId('face-unmanaged');
});

it('the actions speak German', async () => {
  render(App, { client: new Rehearsal(), preferences: new Preferences() });
  useLanguage('de');
  await click('gateway-row');
  await click('area-actions');
  await choose('Reboot');
  await click('call');
  expect((await screen.findByTestId('confirm-call')).textContent).toContain('Reboot auf Hallway gateway aufrufen?');
});
