import { fireEvent, render, screen, waitFor } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import App from '../App.svelte';
import { failure, Rehearsal } from '../ipc/mock';
import { logView } from '../ipc/mock-tests';
import { Preferences } from '../stores/preferences.svelte';
import { expectAccessible } from '../test/axe';
import { click, type } from '../test/hands';

async function openLogs(client = new Rehearsal()) {
  render(App, { client, preferences: new Preferences() });
  await click('gateway-row');
  await click('area-logs');
  await screen.findByTestId('logs');
  return client;
}

function asked(client: Rehearsal, name: string) {
  return client.calls.filter((call) => call.name === name).map((call) => call.args);
}

describe('logs', () => {
  it('are read only when asked, with the limit that was chosen', async () => {
    const client = await openLogs();
    expect((await screen.findByTestId('log-unread')).textContent).toContain('at most 64 kB');
    expect(asked(client, 'logText')).toEqual([]);
    await expectAccessible();
    await fireEvent.change(screen.getByTestId('log-size'), { target: { value: '262144' } });
    await click('log-read');
    expect(await screen.findAllByTestId('log-line')).toHaveLength(5);
    expect(asked(client, 'logText')[0]?.slice(1)).toEqual(['urn:example:log:system', 262_144, false]);
    expect(screen.queryByTestId('log-cut')).toBeNull();
    await expectAccessible();
  });

  it('are searched and filtered by level; what does not say its level stays', async () => {
    await openLogs();
    await click('log-read');
    await screen.findAllByTestId('log-line');
    await fireEvent.change(screen.getByTestId('log-level'), { target: { value: 'warning' } });
    await waitFor(() => expect(screen.getAllByTestId('log-line').map((line) => line.dataset.level)).toEqual(['warning', 'error', '']));
    expect(screen.getByTestId('log-count').textContent).toContain('3 of 5 lines');
    await type('log-search', 'PPP');
    await waitFor(() => expect(screen.getAllByTestId('log-line')).toHaveLength(1));
    await type('log-search', 'nowhere');
    await screen.findByTestId('log-empty');
    await expectAccessible();
  });

  it('are saved as they are shown, to a new file', async () => {
    const client = await openLogs();
    await click('log-read');
    await type('log-search', 'ppp');
    await waitFor(() => expect(screen.getByTestId('log-save').textContent).toContain('Save 2 lines'));
    await click('log-save');
    await waitFor(() => expect(screen.getByTestId('log-saved').textContent).toContain('/home/anna/Documents/log-hallway-gateway.log'));
    expect(asked(client, 'saveLog')[0]?.[0]).toEqual([
      '2026-03-04T09:12:31Z Error ppp: authentication failed',
      '2026-03-04T09:13:02Z Notice ppp: connected',
    ]);
    client.failing.set('saveLog', failure('Usage', '/home/anna/x exists'));
    await click('log-save');
    expect((await screen.findByTestId('log-failure-why')).textContent).toContain('exists');
  });

  it('that go on say that only a part was read', async () => {
    const client = new Rehearsal();
    client.log = { ...client.log, cut: true, octets: 4_194_304 };
    await openLogs(client);
    await click('log-read');
    expect((await screen.findByTestId('log-cut')).textContent).toContain('Only its first 4 MB were read');
  });

  it('keep only rows in sight, however long they are', async () => {
    const client = new Rehearsal();
    const lines = Array.from({ length: 50_000 }, (_, row) => ({ level: null, text: `line ${row}` }));
    client.log = { ...client.log, lines };
    await openLogs(client);
    await click('log-read');
    await waitFor(() => expect(screen.getByTestId('log-count').textContent).toContain('50,000 lines'));
    expect(screen.getAllByTestId('log-line').length).toBeLessThan(120);
  });

  it('on another host are fetched only from a button that names it', async () => {
    const client = new Rehearsal();
    client.keptLogs = [logView({ url: 'http://logs.example.net/system.txt' })];
    await openLogs(client);
    expect((await screen.findByTestId('log-foreign')).textContent).toContain('logs.example.net, not on Hallway gateway');
    await click('log-read');
    await screen.findAllByTestId('log-line');
    expect(asked(client, 'logText')[0]?.at(-1)).toBe(true);
  });

  it('without an address say so, and what they keep can be set', async () => {
    const client = new Rehearsal();
    client.keptLogs = [logView({ url: null }), logView({ uri: 'Device.DeviceInfo.VendorLogFile.1.', name: 'messages', configurable: false })];
    await openLogs(client);
    await screen.findByTestId('log-nowhere');
    expect(screen.getByTestId<HTMLButtonElement>('log-read').disabled).toBe(true);
    await fireEvent.change(screen.getByTestId('log-keep'), { target: { value: 'warning' } });
    await waitFor(() => expect(asked(client, 'keepLogLevel')[0]?.slice(1)).toEqual(['urn:example:log:system', 'warning']));
    await fireEvent.change(screen.getByTestId('log-which'), { target: { value: 'Device.DeviceInfo.VendorLogFile.1.' } });
    await waitFor(() => expect(screen.queryByTestId('log-keep')).toBeNull());
  });

  it('say that there are none, and why they could not be listed', async () => {
    const client = new Rehearsal({ answer: 20, step: 0 });
    client.keptLogs = [];
    client.failing.set('logs', failure('NotAuthorized', 'Not allowed.', { upnp_code: 606 }));
    await openLogs(client);
    await screen.findByTestId('logs-loading');
    await screen.findByTestId('logs-failure');
    client.failing.clear();
    await click('logs-failure-retry');
    await screen.findByTestId('logs-none');
  });
});
