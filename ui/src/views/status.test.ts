import { render, screen, waitFor } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import App from '../App.svelte';
import { useLanguage } from '../i18n/index.svelte';
import { failure, Rehearsal } from '../ipc/mock';
import { Preferences } from '../stores/preferences.svelte';
import { expectAccessible } from '../test/axe';
import { click } from '../test/hands';
import { upnpPath } from './Ladder/words';

async function openArea(area: 'status' | 'ladder', client = new Rehearsal()) {
  render(App, { client, preferences: new Preferences() });
  await click('gateway-row');
  await click(`area-${area}`);
  await screen.findByTestId(area);
  return client;
}

function asked(client: Rehearsal, name: string) {
  return client.calls.filter((call) => call.name === name).length;
}

describe('status at a glance', () => {
  it('has what support asks first on one page', async () => {
    await openArea('status');
    expect((await screen.findByTestId('status-verdict')).dataset.verdict).toBe('holds');
    expect(screen.getByTestId('status-internet').textContent).toContain('198.51.100.24');
    expect(screen.getByTestId('status-internet').textContent).toContain('4 d 1 h');
    expect(screen.getByTestId('status-line-0').textContent).toContain('↓ 250 Mbit/s  ↑ 42 Mbit/s');
    expect(screen.getByTestId('status-line-0').textContent).toContain('↓ 8.6 dB');
    expect(screen.getByTestId('status-wifi').textContent).toContain('5GHz · channel 36 · WPA3-Personal · 4 devices');
    expect(screen.getByTestId('status-wifi').textContent).toContain('switched off');
    expect(screen.getByTestId('status-identity').textContent).toContain('EX7590-001122');
    expect(screen.getByTestId('status-hosts').textContent).toContain('2 there, 16 known');
    expect(screen.getByTestId('status-changes').textContent).toContain('Device.WiFi.SSID.1.SSID');
    await expectAccessible();
  });

  it('leaves out what the gateway does not say', async () => {
    const client = new Rehearsal();
    const { status } = client.page;
    client.ladders = [];
    client.page = {
      ticket: '',
      status: {
        ...status,
        lines: [],
        wifi: [],
        addresses: [],
        last_changes: [],
        up_time_s: null,
        device_status: null,
        hosts: { known: 0, active: 0, list: [] },
        wan: { ...status.wan, status: null, since_s: null, connection: null, addresses: [], router: null, name_servers: [] },
      },
    };
    await openArea('status', client);
    expect((await screen.findByTestId('status-verdict')).dataset.verdict).toBe('unknown');
    expect(screen.queryByTestId('status-internet')).toBeNull();
    expect(screen.queryByTestId('status-wifi')).toBeNull();
    expect(screen.getByTestId('status-changes').textContent).toContain('Nothing was changed');
    await expectAccessible();
  });

  it('copies the text the program wrote for a ticket, and shows it before', async () => {
    const client = await openArea('status');
    expect((await screen.findByTestId('status-ticket-text')).textContent).toBe(client.page.ticket);
    let copied = '';
    Object.assign(navigator, { clipboard: { writeText: async (text: string) => void (copied = text) } });
    await click('status-copy');
    await waitFor(() => expect(screen.getByTestId('status-copy').textContent).toContain('Copied'));
    expect(copied).toBe(client.page.ticket);
    for (const secret of ['EX7590-001122', 'laptop-anna', '198.51.100.24', 'Hallway']) expect(copied).not.toContain(secret);
  });

  it('is a skeleton while it is read, and reads again when asked', async () => {
    const client = new Rehearsal({ answer: 20, step: 0 });
    await openArea('status', client);
    await screen.findByTestId('status-loading');
    await screen.findByTestId('status-time');
    await click('status-read');
    await waitFor(() => expect(asked(client, 'status')).toBe(2));
  });

  it('says why it could not be read, and tries again', async () => {
    const client = new Rehearsal();
    client.failing.set('status', failure('Unreachable', 'no answer'));
    await openArea('status', client);
    await screen.findByTestId('status-failure');
    client.failing.clear();
    await click('status-failure-retry');
    await screen.findByTestId('status-time');
    expect(screen.queryByTestId('status-failure')).toBeNull();
  });

  it('shows an alarm, and what waits in the draft', async () => {
    const client = new Rehearsal();
    client.page.status = {
      ...client.page.status,
      draft_count: 2,
      alarms: [{ since: null, severity: 'Major', text: 'Fan stopped' }],
    };
    await openArea('status', client);
    expect((await screen.findByTestId('status-alarm')).textContent).toContain('Major: Fan stopped');
    expect(screen.getByTestId('status-changes').textContent).toContain('2 changes wait in the draft.');
  });

  it('names the fault and leads to it', async () => {
    const client = new Rehearsal();
    client.broken = 'password_refused';
    await openArea('status', client);
    expect((await screen.findByTestId('status-verdict')).textContent).toContain(
      'The internet is down: Login at the provider refused: name or password is wrong.',
    );
    await click('status-where');
    await screen.findByTestId('ladder-internet');
  });
});

describe('the fault ladder', () => {
  it('stands with the goal at the top, and says of every rung how it is', async () => {
    await openArea('ladder');
    const internet = await screen.findByTestId('ladder-internet');
    const rungs = [...internet.querySelectorAll<HTMLElement>('[data-testid="rung"]')];
    expect(rungs.map((rung) => rung.dataset.layer)).toEqual(['dns', 'route', 'address', 'ppp', 'vlan', 'link', 'channel', 'line']);
    for (const rung of rungs) expect(rung.querySelector('.state')?.textContent).toBe('holds');
    expect(screen.queryByTestId('ladder-lowest')).toBeNull();
    expect(screen.getAllByTestId(/^ladder-(internet|wifi|lan)$/)).toHaveLength(3);
    await expectAccessible();
  });

  it('points at the lowest broken rung, with what says so opened', async () => {
    const client = new Rehearsal();
    client.broken = 'password_refused';
    await openArea('ladder', client);
    const pointed = await screen.findByTestId('ladder-lowest');
    const rung = pointed.closest<HTMLElement>('[data-testid="rung"]');
    expect(rung?.dataset.layer).toBe('ppp');
    expect(rung?.getAttribute('aria-current')).toBe('step');
    const evidence = rung?.querySelector('details');
    expect(evidence?.open).toBe(true);
    expect(evidence?.textContent).toContain('ERROR_AUTHENTICATION_FAILURE');
    const waiting = screen.getAllByTestId('rung').filter((one) => one.dataset.state === 'waits');
    expect(waiting.map((one) => one.dataset.layer)).toEqual(['dns', 'route', 'address']);
    expect(waiting[0]?.textContent).toContain('waits for the rung below');
    await expectAccessible();
  });

  it('puts the broken ladder first and says one thing to do', async () => {
    const client = new Rehearsal();
    client.broken = 'password_refused';
    await openArea('ladder', client);
    const steps = await screen.findAllByTestId('next-step');
    expect(steps[0]?.dataset.do).toBe('check_value');
    await click('next-show');
    // Brought into sight in the tree.
    const details = await screen.findByTestId('details');
    await waitFor(() => expect(details.textContent).toContain('Device.WiFi.SSID.1.SSID'));
  });

  it('offers to restart, and to look again once something was done by hand', async () => {
    const client = new Rehearsal();
    client.broken = 'down';
    await openArea('ladder', client);
    await screen.findByTestId('ladder-lowest');
    expect(asked(client, 'ladder')).toBe(1);
    const { ladders } = await client.ladder('uuid:1');
    client.ladders = ladders.map((one) => (one.broken === null ? one : { ...one, next: { do: 'check_cable' } }));
    await click('ladder-read');
    await click('next-looked');
    client.ladders = client.ladders.map((one) => (one.broken === null ? one : { ...one, next: { do: 'restart' } }));
    await click('ladder-read');
    await click('next-restart');
    await screen.findByTestId('restart-dialog');
  });

  it('says it when there is none', async () => {
    const client = new Rehearsal();
    client.ladders = [];
    await openArea('ladder', client);
    await screen.findByTestId('ladder-none');
    await expectAccessible();
  });

  it('that could not be read says why and tries again', async () => {
    const client = new Rehearsal({ answer: 20, step: 0 });
    client.failing.set('ladder', failure('Unreachable', 'no answer'));
    await openArea('ladder', client);
    await screen.findByTestId('ladder-loading');
    await screen.findByTestId('ladder-failure');
    client.failing.clear();
    await click('ladder-failure-retry');
    await screen.findByTestId('ladder-internet');
  });

  it('speaks German', async () => {
    const client = new Rehearsal();
    client.broken = 'password_refused';
    await openArea('ladder', client);
    useLanguage('de');
    await screen.findByText('Hier liegt der Fehler');
    expect((await screen.findByTestId('ladder-lowest')).textContent).toContain('Hier liegt der Fehler');
    expect(screen.getByTestId('ladder-internet').textContent).toContain('abgelehnt: Name oder Passwort stimmt nicht');
  });
});

describe('a path people see', () => {
  const session = (base: number | null) =>
    ({ index_base: base, data_models: [{ uri: '', location: '/BBF/', description: null }] }) as never;

  it('is found by the one requests use, whatever rows are counted from', () => {
    expect(upnpPath('Device.PPP.Interface.1.Username', session(0))).toBe('/BBF/PPP/Interface/0/Username');
    expect(upnpPath('Device.PPP.Interface.1.Username', session(1))).toBe('/BBF/PPP/Interface/1/Username');
    expect(upnpPath('/BBF/PPP/Interface/3/Username', session(null))).toBe('/BBF/PPP/Interface/3/Username');
  });
});
