import { render, screen, waitFor } from '@testing-library/svelte';
import { expect, it } from 'vitest';
import App from '../App.svelte';
import { failure, gatewayView, Rehearsal } from '../ipc/mock';
import { Preferences } from '../stores/preferences.svelte';
import { expectAccessible } from '../test/axe';
import { click } from '../test/hands';

function visited(): Rehearsal {
  const client = new Rehearsal();
  client.discovery.devices = [gatewayView({ state: 'paired' })];
  client.visited = '2026-11-20T14:02:00Z';
  return client;
}

const rowsOf = () => screen.queryAllByTestId('node-row').map((row) => row.dataset.path);

it('a known gateway is shown as it was until it answers, then as it is', async () => {
  const client = visited();
  const real = client.open.bind(client);
  let answer = () => {};
  client.open = async (udn) => {
    await new Promise<void>((resolve) => (answer = resolve));
    return real(udn);
  };
  render(App, { client, preferences: new Preferences() });
  await click('gateway-row');
  expect((await screen.findByTestId('face-opening')).textContent).toContain('20 Nov 2026');
  await screen.findAllByTestId('node-row');
  expect(rowsOf()).toContain('Device.');
  expect(client.calls.map((call) => call.name)).not.toContain('children');
  await expectAccessible();
  answer();
  await screen.findByTestId('search');
  expect(screen.queryByTestId('face-opening')).toBeNull();
  await waitFor(() => expect(document.querySelector('.remembered')).toBeNull());
  expect(rowsOf()).toContain('Device.');
  expect(document.body.textContent).not.toContain('(then)');
});

it('one that does not answer says why, and how it was', async () => {
  const client = visited();
  client.failing.set('open', failure('Unreachable', 'no answer'));
  render(App, { client, preferences: new Preferences() });
  await click('gateway-row');
  await screen.findByTestId('open-failure');
  expect((await screen.findByTestId('remembered')).textContent).toContain('20 Nov 2026');
  await screen.findAllByTestId('node-row');
  await expectAccessible();
});

it('one that was never visited is waited for', async () => {
  const client = new Rehearsal();
  client.discovery.devices = [gatewayView({ state: 'paired' })];
  client.failing.set('open', failure('Unreachable', 'no answer'));
  render(App, { client, preferences: new Preferences() });
  await click('gateway-row');
  await screen.findByTestId('open-failure');
  expect(screen.queryByTestId('remembered')).toBeNull();
  expect(rowsOf()).toEqual([]);
});
