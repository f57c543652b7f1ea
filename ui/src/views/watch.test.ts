import { fireEvent, screen, waitFor } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { failure, Rehearsal, UDN } from '../ipc/mock';
import { Watch } from '../stores/watch.svelte';
import { expectAccessible } from '../test/axe';
import { click, openTree, walk } from '../test/hands';

const UPTIME = '/BBF/DeviceInfo/UpTime';

function changed(client: Rehearsal, old: string, value: string, time: string, rate: number | null = null) {
  client.emit({
    kind: 'watched',
    udn: UDN,
    news: {
      kind: 'changed',
      change: {
        ...{ time, path: 'Device.DeviceInfo.UpTime', upnp_path: UPTIME, old, new: value, how: 'event' },
        ...{ delta: Number(value) - Number(old), rate, seconds: null, gap: false },
      },
    },
  });
}

async function watching(client = new Rehearsal()) {
  await openTree(client);
  await walk('Device.DeviceInfo.', 'Device.DeviceInfo.UpTime');
  await screen.findByTestId('watch-toggle');
  await fireEvent.keyDown(window, { key: 'w' });
  await click('area-watch');
  await screen.findByTestId('watched');
  return client;
}

describe('the watch list', () => {
  it('is empty, and says how to fill it', async () => {
    await openTree();
    await click('area-watch');
    expect((await screen.findByTestId('watch-empty')).textContent).toContain('press W');
    await expectAccessible();
  });

  it('shows value, value before, difference and rate', async () => {
    const client = await watching();
    expect(screen.getByTestId('watch-how').textContent).toContain('tells changes itself');
    changed(client, '352811', '352821', '2099-01-01T00:00:00Z');
    changed(client, '352821', '352841', '2099-01-01T00:00:10Z', 2);
    await waitFor(() => expect(screen.getByTestId('watched-value').textContent).toBe('352841'));
    expect(screen.getByTestId('watched-before').textContent).toBe('352821');
    expect(screen.getByTestId('watched-delta').textContent).toBe('+20');
    expect(screen.getByTestId('watched-rate').textContent).toBe('+2');
    expect(client.calls.find((call) => call.name === 'watch')?.args).toEqual([UDN, [UPTIME], 5]);
    await expectAccessible();
  });

  it('says that the gateway is silent, and draws the gap', async () => {
    const client = await watching();
    client.emit({ kind: 'watched', udn: UDN, news: { kind: 'silent', time: '2099-01-01T00:00:00Z', reason: 'No answer.' } });
    expect(await screen.findByTestId('watch-silent')).toBeTruthy();
    client.emit({ kind: 'watched', udn: UDN, news: { kind: 'back', time: '2099-01-01T00:01:00Z' } });
    await waitFor(() => expect(screen.queryByTestId('watch-silent')).toBeNull());
    const chart = screen.getByTestId('watched-chart');
    expect(chart.querySelectorAll('rect.gap')).toHaveLength(1);
    expect(chart.querySelectorAll('path')).toHaveLength(2);
  });

  it('ends with the last value, and names what failed', async () => {
    const client = new Rehearsal();
    client.failing.set('watch', failure('Unreachable', 'No answer.'));
    await watching(client);
    expect(await screen.findByTestId('watch-failure-what')).toBeTruthy();
    await click('watched-remove');
    expect(await screen.findByTestId('watch-empty')).toBeTruthy();
    expect(client.calls.some((call) => call.name === 'unwatch')).toBe(true);
  });

  it('is read as often as the person says', async () => {
    const client = await watching();
    const every = screen.getByTestId<HTMLSelectElement>('watch-every');
    await fireEvent.change(every, { target: { value: '30' } });
    await waitFor(() => expect(client.calls.filter((call) => call.name === 'watch').at(-1)?.args).toEqual([UDN, [UPTIME], 30]));
    expect([...every.options].map((one) => one.textContent)).toContain('1 second');
  });

  it('knows no rate behind a gap', async () => {
    const client = new Rehearsal();
    const watch = new Watch(client, UDN);
    const [node] = await client.read(UDN, [UPTIME]);
    if (!node) throw new Error('the rehearsal has it');
    await watch.toggle(node);
    const step = { time: '2098-01-01T00:00:00Z', path: node.path, upnp_path: UPTIME, old: '1', new: '2', how: 'poll' as const };
    watch.news({ kind: 'changed', change: { ...step, delta: 1, rate: 0.5, seconds: 2, gap: false } });
    expect(watch.values.get(UPTIME)?.rate).toBe(0.5);
    watch.news({ kind: 'silent', time: '2099-01-01T00:00:00Z', reason: '' });
    watch.news({ kind: 'back', time: '2099-01-01T00:00:05Z' });
    expect(watch.values.get(UPTIME)).toMatchObject({ value: '2', delta: 1, rate: null });
    await watch.remove(UPTIME);
  });
});

describe('the profile report', () => {
  it('says what is fulfilled, in part and absent, and what is missing', async () => {
    await openTree();
    await click('area-profiles');
    expect((await screen.findByTestId('profiles-count')).textContent).toBe('1 fulfilled, 1 in part, 1 absent');
    expect(screen.getAllByTestId('profile').map((one) => one.dataset.state)).toEqual(['fulfilled', 'partly', 'absent']);
    const partly = screen.getAllByTestId('profile')[1]?.textContent;
    expect(partly).toContain('18 of 20');
    expect(partly).toContain('cannot be changed');
    await expectAccessible();
    await click('profiles-save');
    expect((await screen.findByTestId('profiles-file')).textContent).toContain('.html');
  });

  it('fails and tries again; says when the gateway tells nothing', async () => {
    const client = new Rehearsal();
    client.failing.set('profileReport', failure('Unreachable', 'No answer.'));
    client.report = { ...client.report, structure_known: false };
    await openTree(client);
    await click('area-profiles');
    await screen.findByTestId('profiles-failure-what');
    client.failing.clear();
    await click('profiles-failure-retry');
    expect(await screen.findByTestId('profiles-unknown')).toBeTruthy();
  });
});

describe('notifications of a parameter', () => {
  it('are read when asked for, and switched one at a time', async () => {
    const client = await openTree();
    await walk('Device.DeviceInfo.', 'Device.DeviceInfo.UpTime');
    await click('notify-read');
    const alarms = await screen.findByTestId('notify-alarms');
    expect(alarms.getAttribute('aria-checked')).toBe('false');
    await click('notify-alarms');
    await waitFor(() => expect(screen.getByTestId('notify-alarms').getAttribute('aria-checked')).toBe('true'));
    expect(client.calls.find((call) => call.name === 'setAttributes')?.args).toEqual([UDN, [UPTIME], null, true]);
    await expectAccessible();
    await click('notify-allow');
    await waitFor(() => expect(screen.queryByTestId('notify-allow')).toBeNull());
  });

  it('names what failed', async () => {
    const client = await openTree();
    client.failing.set('attributes', failure('ActionRefused', 'Not offered.'));
    await walk('Device.DeviceInfo.', 'Device.DeviceInfo.UpTime');
    await click('notify-read');
    expect(await screen.findByTestId('notify-failure-what')).toBeTruthy();
  });
});

it('a refused value names the roles held', async () => {
  await openTree();
  await walk('Device.Users.', 'Device.Users.User.', 'Device.Users.User.1.', 'Device.Users.User.1.Username');
  expect((await screen.findByTestId('refused-roles')).textContent).toContain('Admin');
});
