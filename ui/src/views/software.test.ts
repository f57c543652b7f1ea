import { screen, waitFor } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { useLanguage } from '../i18n/index.svelte';
import type { SoftwareProblem } from '../ipc/bindings';
import { failureWords } from '../ipc/errors';
import { failure, Rehearsal } from '../ipc/mock';
import { softwareList } from '../ipc/mock-measure';
import { expectAccessible } from '../test/axe';
import { click, openTree, type } from '../test/hands';

async function openSoftware(client = new Rehearsal()): Promise<Rehearsal> {
  await openTree(client);
  await click('area-software');
  await screen.findByTestId('software-firmware');
  return client;
}

function row(id: number, kind = 'software-unit'): HTMLElement {
  const found = screen.getAllByTestId(kind).find((one) => one.dataset.id === String(id));
  if (!found) throw new Error(`no ${kind} ${id}`);
  return found;
}

async function press(id: number, act: string, kind = 'software-unit') {
  row(id, kind).querySelector<HTMLElement>(`[data-testid="software-${act}"]`)?.click();
  await screen.findByTestId('software-form');
}

function changes(client: Rehearsal) {
  return client.calls.filter((call) => call.name === 'changeSoftware').map((call) => call.args[1]);
}

describe('software', () => {
  it('lists firmware, what is installed and what runs', async () => {
    await openSoftware();
    expect(screen.getByTestId('software-firmware').textContent).toContain('7.57.1');
    expect(row(3).textContent).toMatch(/vpn[\s\S]*Application[\s\S]*3\.1[\s\S]*installed/);
    expect(row(8, 'software-execution').textContent).toContain('running');
    await expectAccessible();
  });

  it('asks once, shows how far it is, and reads the list back', async () => {
    const client = await openSoftware();
    await press(3, 'update');
    expect(screen.getByTestId('software-url')).toHaveProperty('value', 'http://192.0.2.7/vpn.ipk');
    await type('software-url', 'http://192.0.2.7/vpn-3.2.ipk');
    expect(changes(client)).toEqual([]);
    await expectAccessible();
    await click('software-send');
    expect((await screen.findByTestId('software-done')).textContent).toContain('The list shows it');
    expect(changes(client)).toEqual([{ act: 'update', id: 3, url: 'http://192.0.2.7/vpn-3.2.ipk', dependencies: true }]);
    expect(row(3).textContent).toContain('3.2');
    expect(screen.queryByTestId('software-form')).toBeNull();
  });

  it('shows that the gateway is silent meanwhile', async () => {
    const client = await openSoftware();
    let go = () => {};
    client.changeSoftware = () => new Promise((_, stop) => (go = () => stop(failure('Unreachable', 'gone'))));
    await press(3, 'uninstall');
    await click('software-send');
    const udn = client.discovery.devices[0]?.udn ?? '';
    client.emit({ kind: 'software_progress', udn, news: { news: 'state', state: 'InProgress', seconds: 1 } });
    await waitFor(() => expect(screen.getByTestId('software-running').textContent).toContain('Under way'));
    client.emit({ kind: 'software_progress', udn, news: { news: 'silent' } });
    await waitFor(() => expect(screen.getByTestId('software-running').textContent).toContain('may be restarting'));
    expect(screen.queryByTestId('software-cancel')).toBeNull();
    go();
    await screen.findByTestId('software-change-failure');
  });

  it('says when the list does not show what the gateway says', async () => {
    const client = await openSoftware();
    client.changed = { verified: false, restarted: true };
    await press(8, 'stop', 'software-execution');
    await click('software-send');
    expect((await screen.findByTestId('software-done')).textContent).toMatch(/does not show it[\s\S]*restarted/);
  });

  it('keeps the address when the gateway could not fetch it', async () => {
    const client = await openSoftware();
    const problem: SoftwareProblem = { type: 'failed', act: 'install', error: 'Error_Network', info: 'timeout' };
    client.failing.set('changeSoftware', failure('ActionRefused', 'Install failed.', { kind: { type: 'software', problem } }));
    await click('software-install');
    expect(screen.getByTestId('software-send')).toHaveProperty('disabled', true);
    await type('software-url', 'http://nowhere.example/x.ipk');
    await click('software-send');
    expect((await screen.findByTestId('software-change-failure')).textContent).toContain('reachable from there');
    expect(screen.getByTestId('software-url')).toHaveProperty('value', 'http://nowhere.example/x.ipk');
  });

  it('only shows what the data model lists', async () => {
    const client = new Rehearsal();
    client.installed = softwareList({ source: 'data_model', offered: [] });
    await openSoftware(client);
    expect(screen.getByTestId('software-fixed')).toBeDefined();
    for (const act of ['install', 'update', 'uninstall', 'start', 'stop']) {
      expect(screen.queryByTestId(`software-${act}`), act).toBeNull();
    }
  });

  it('says that there is nothing besides the firmware, and what keeps it from asking', async () => {
    const client = new Rehearsal();
    client.installed = softwareList({ source: 'nothing', offered: [], units: [], executions: [] });
    await openSoftware(client);
    await screen.findByTestId('software-none');
    client.failing.set('software', failure('Unreachable', 'no answer'));
    await click('software-read');
    await screen.findByTestId('software-failure');
    client.failing.clear();
    await click('software-failure-retry');
    await waitFor(() => expect(screen.queryByTestId('software-failure')).toBeNull());
  });

  it('has words for every problem in both languages', () => {
    const problems: SoftwareProblem[] = [
      { type: 'address', reason: 'x' },
      { type: 'no_such_unit', act: 'update', id: 4 },
      { type: 'not_offered', act: 'install' },
      { type: 'failed', act: 'install', error: 'Error_DiskFull', info: null },
      { type: 'failed', act: 'install', error: 'X_Maker', info: null },
      { type: 'never_ends', act: 'install', operation_id: 4, after_s: 600 },
    ];
    for (const language of ['en', 'de'] as const) {
      useLanguage(language);
      const said = problems.map((problem) => failureWords(failure('ActionRefused', 'm', { kind: { type: 'software', problem } }), 'X').why);
      expect(new Set(said).size).toBe(problems.length);
      expect(said.join(' ')).not.toContain('{');
    }
  });
});
