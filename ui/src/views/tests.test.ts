import { fireEvent, render, screen, waitFor } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import App from '../App.svelte';
import type { TestKind } from '../ipc/bindings';
import { failureWords } from '../ipc/errors';
import { failure, Rehearsal } from '../ipc/mock';
import { testView } from '../ipc/mock-tests';
import { Preferences } from '../stores/preferences.svelte';
import { fieldsOf, problemOf, requestOf } from '../stores/test-fields';
import { expectAccessible } from '../test/axe';
import { click, type } from '../test/hands';

async function openTests(client = new Rehearsal()) {
  render(App, { client, preferences: new Preferences() });
  await click('gateway-row');
  await click('area-tests');
  await screen.findByTestId('tests');
  return client;
}

async function choose(kind: TestKind) {
  const rows = await screen.findAllByTestId('test-kind');
  const row = rows.find((one) => one.dataset.kind === kind);
  if (!row) throw new Error(`no ${kind}`);
  await fireEvent.click(row);
}

function asked(client: Rehearsal, name: string) {
  return client.calls.filter((call) => call.name === name).map((call) => call.args.slice(1));
}

describe('tests', () => {
  it('stand in one list, each once, whichever way it is asked for', async () => {
    await openTests();
    const kinds = (await screen.findAllByTestId('test-kind')).map((row) => row.dataset.kind);
    expect(kinds).toEqual([
      'ping', 'traceroute', 'nslookup', 'selftest', 'interface_reset', 'download', 'upload', 'udpecho', 'serverselection', 'neighbours',
    ]);
    expect((await screen.findByTestId('test-name')).textContent).toBe('Ping');
    await screen.findByTestId('test-no-history');
    await expectAccessible();
  });

  it('take nothing that cannot be right, and send what was typed', async () => {
    const client = await openTests();
    const run = await screen.findByTestId<HTMLButtonElement>('test-run');
    expect(run.disabled).toBe(true);
    await type('test-target', 'www.example.net');
    await type('test-repetitions', 'many');
    expect(screen.getByTestId('test-repetitions-note').textContent).toBe('A whole number from 1 to 1,000.');
    expect(run.disabled).toBe(true);
    await type('test-repetitions', '4');
    await click('test-run');
    await screen.findByTestId('test-result');
    expect(asked(client, 'runTest')).toEqual([['ping', { target: 'www.example.net', repetitions: 4 }]]);
    expect(screen.getByTestId('test-verdict').textContent).toContain('passed');
    expect(screen.getByTestId('test-received').textContent).toContain('4 of 4 packets came back');
    expect(screen.getByTestId('test-times').getAttribute('aria-label')).toContain('shortest 11 ms · mean 15 ms · longest 23 ms');
    expect(await screen.findAllByTestId('test-past')).toHaveLength(1);
    await expectAccessible();
  });

  it('are listed as soon as they end, however long the gateway takes to be read again', async () => {
    const client = await openTests();
    await type('test-target', 'www.example.net');
    client.tests = () => new Promise(() => undefined);
    await click('test-run');
    await screen.findByTestId('test-result');
    expect(screen.getAllByTestId('test-past')).toHaveLength(1);
  });

  it('say how far they are, and are stopped at the gateway', async () => {
    const client = new Rehearsal();
    client.endless = true;
    await openTests(client);
    await type('test-target', 'www.example.net');
    await click('test-run');
    await waitFor(() => expect(screen.getByTestId('test-step-in_progress').dataset.state).toBe('active'));
    expect(screen.getByTestId('test-step-in_progress').textContent).toContain('at most 32 seconds');
    client.emit({ kind: 'test_progress', udn: client.discovery.devices[0]?.udn ?? '', news: { news: 'silent', reason: 'x' } });
    await screen.findByTestId('test-silent');
    await expectAccessible();
    await click('test-stop');
    await screen.findByTestId('test-result');
    expect(screen.getByTestId('test-verdict').textContent).toContain('stopped');
    expect(asked(client, 'stopRunningTest')).toHaveLength(1);
  });

  it('that interrupt the connection are asked about first', async () => {
    const client = await openTests();
    await choose('interface_reset');
    await fireEvent.change(await screen.findByTestId('test-interfaces'), { target: { value: 'all' } });
    await click('test-run');
    await screen.findByTestId('test-ask');
    await click('test-ask-no');
    expect(asked(client, 'runTest')).toEqual([]);
    await click('test-run');
    await click('test-ask-yes');
    await screen.findByTestId('test-result');
    expect(asked(client, 'runTest')).toEqual([['interface_reset', { interfaces: 'all' }]]);
    expect(screen.getByTestId('test-result').textContent).toContain('2 came back, 0 did not.');
  });

  it('draw hops, networks, answers and speed', async () => {
    await openTests();
    await choose('traceroute');
    await type('test-target', 'www.example.net');
    await click('test-run');
    const hops = await screen.findByTestId('test-hops');
    expect(hops.querySelectorAll('tbody tr')).toHaveLength(3);
    expect(hops.textContent).toContain('does not answer');
    expect(hops.querySelectorAll('rect')).toHaveLength(2);
    await choose('neighbours');
    await click('test-run');
    await screen.findByTestId('test-networks');
    const bands = screen.getAllByTestId('test-channels').map((one) => one.dataset.band);
    expect(bands).toEqual(['2.4GHz', '5GHz']);
    await expectAccessible();
    await choose('nslookup');
    await type('test-target', 'www.example.net');
    await click('test-run');
    expect((await screen.findByTestId('test-names')).textContent).toContain('192.0.2.80 and 2001:db8::80');
    await choose('download');
    await type('test-target', 'http://example.net/10M');
    await click('test-run');
    expect((await screen.findByTestId('test-speed')).textContent).toBe('200 Mbit/s');
  });

  it('that find something wrong say what the gateway says', async () => {
    const client = new Rehearsal();
    client.outcome = { passed: false, status: 'Error_CannotResolveHostName', info: null };
    await openTests(client);
    await type('test-target', 'nowhere.example');
    await click('test-run');
    expect((await screen.findByTestId('test-said')).textContent).toContain('Error_CannotResolveHostName');
    expect(screen.getByTestId('test-verdict').textContent).toContain('failed');
  });

  it('draw the means of the tests before against the same host', async () => {
    const client = new Rehearsal();
    const past = (started: string, average_ms: number, target = 'www.example.net') =>
      testView('ping', {
        started,
        target,
        result: { type: 'packets', received: 1, lost: 0, minimum_ms: 1, average_ms, maximum_ms: 90, address: null },
      });
    client.offers.history = [
      past('2026-03-03T12:00:00Z', 30),
      past('2026-03-02T12:00:00Z', 20),
      past('2026-03-01T12:00:00Z', 99, 'other.example'),
    ];
    await openTests(client);
    await fireEvent.click((await screen.findAllByTestId('test-past'))[0] as HTMLElement);
    const bars = await screen.findByTestId('test-bars');
    expect(bars.querySelector('svg')?.getAttribute('aria-label')).toContain(': 20 ms, 30 ms');
    await expectAccessible();
  });

  it('are saved for programs and for spreadsheets', async () => {
    const client = new Rehearsal();
    client.offers.history = [testView('ping')];
    await openTests(client);
    await click('tests-save-csv');
    expect((await screen.findByTestId('test-saved')).textContent).toContain('/home/anna/Documents/tests-hallway-gateway.csv');
    expect(client.calls.find((call) => call.name === 'exportTests')?.args.slice(1)).toEqual([
      'csv', '/home/anna/Documents/tests-hallway-gateway.csv',
    ]);
  });

  it('of others are shown, fetched and ended', async () => {
    const client = new Rehearsal();
    client.offers.remembered = [
      { test_id: 3, type: 'Ping', state: 'completed' },
      { test_id: 4, type: 'Traceroute', state: 'in_progress' },
    ];
    await openTests(client);
    expect(await screen.findAllByTestId('test-remembered')).toHaveLength(2);
    await click('test-fetch');
    await screen.findByTestId('test-result');
    await click('test-end');
    await waitFor(() => expect(screen.getAllByTestId('test-remembered')).toHaveLength(1));
    expect(asked(client, 'stopTest')).toEqual([[4]]);
  });

  it('that come to nothing say why, in words', async () => {
    const client = new Rehearsal();
    client.failing.set('runTest', failure('ActionRefused', 'busy', { kind: { type: 'test', problem: { type: 'busy', target: null } } }));
    await openTests(client);
    await type('test-target', 'www.example.net');
    await click('test-run');
    expect((await screen.findByTestId('test-failure-why')).textContent).toContain('Somebody else runs this test now');
    expect(screen.getByTestId<HTMLInputElement>('test-target').value).toBe('www.example.net');
  });

  it('measure a bandwidth with a document or without, and show what can be measured', async () => {
    const client = new Rehearsal();
    const info = '<BandwidthTestInfo><Direction>Upload</Direction></BandwidthTestInfo>';
    client.offers = { ...client.offers, offered: [{ kind: 'bandwidth', way: 'basic_management' }], bandwidth_info: info };
    await openTests(client);
    expect((await screen.findByTestId('test-bandwidth-info')).textContent).toBe(info);
    await click('test-run');
    expect((await screen.findByTestId('test-result')).textContent).toContain('KilobitsPerSecond');
    await type('test-spec', '<BandwidthTestSpec/>');
    await click('test-run');
    await waitFor(() => expect(asked(client, 'runTest')).toEqual([['bandwidth', {}], ['bandwidth', { spec: '<BandwidthTestSpec/>' }]]));
    await expectAccessible();
  });

  it('say when there are none, and why they could not be read', async () => {
    const client = new Rehearsal({ answer: 20, step: 0 });
    client.offers = { offered: [], remembered: [], interfaces: [], bandwidth_info: null, history: [] };
    client.failing.set('tests', failure('Unreachable', 'no answer'));
    await openTests(client);
    await screen.findByTestId('tests-loading');
    await screen.findByTestId('tests-failure');
    client.failing.clear();
    await click('tests-failure-retry');
    await screen.findByTestId('tests-none');
  });

  it('are what the ladder leads to, with the target in the field', async () => {
    const client = new Rehearsal();
    render(App, { client, preferences: new Preferences() });
    await click('gateway-row');
    await click('area-ladder');
    await click('next-test');
    expect((await screen.findByTestId('test-name')).textContent).toBe('Name lookup');
    expect(screen.getByTestId<HTMLInputElement>('test-target').value).toBe('www.example.net');
  });
});

describe('what a test asks for', () => {
  it('is bounded before anything is sent', () => {
    const [target, repetitions] = fieldsOf('ping');
    if (!target || !repetitions) throw new Error('no fields');
    expect(problemOf(target, '  ')).toBe('missing');
    expect(problemOf(repetitions, '')).toBeNull();
    for (const wrong of ['0', '1001', '-1', '1.5', '1e3', 'x']) expect(problemOf(repetitions, wrong), wrong).toBe('number');
    expect(requestOf('ping', { target: ' a ', repetitions: '7', dscp: '' }, 'all')).toEqual({ target: 'a', repetitions: 7 });
  });

  it('has words for everything that can go wrong with it', () => {
    const wrong = (problem: object) =>
      failureWords(failure('ActionRefused', 'x', { kind: { type: 'test', problem } as never }), 'Attic').why;
    expect(wrong({ type: 'never_ends', after_s: 5, stopped: true })).toContain('was stopped');
    expect(wrong({ type: 'never_ends', after_s: 5, stopped: false })).toContain('Restart Attic');
    for (const type of ['target', 'not_offered', 'taken_over', 'forgotten', 'no_result']) expect(wrong({ type }), type).toMatch(/\w/);
  });

  it('go out through an interface somebody chose, where the data model can', async () => {
    const client = await openTests();
    await choose('ping');
    await type('test-target', '192.0.2.7');
    const select = screen.getByTestId<HTMLSelectElement>('test-through');
    expect([...select.options].map((one) => one.value)).toEqual(['', 'Device.IP.Interface.1.', 'Device.IP.Interface.2.']);
    await fireEvent.change(select, { target: { value: 'Device.IP.Interface.1.' } });
    await click('test-run');
    await waitFor(() => expect(client.calls.some((call) => call.name === 'runTest')).toBe(true));
    const [request] = client.calls.filter((call) => call.name === 'runTest').map((call) => call.args[2]);
    expect(request).toMatchObject({ target: '192.0.2.7', interface: 'Device.IP.Interface.1.' });
    await choose('selftest');
    expect(screen.queryByTestId('test-through')).toBeNull();
  });
});
