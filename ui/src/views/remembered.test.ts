import { fireEvent, render, screen, waitFor } from '@testing-library/svelte';
import { expect, it } from 'vitest';
import App from '../App.svelte';
import { failure, gatewayView, Rehearsal } from '../ipc/mock';
import { Preferences } from '../stores/preferences.svelte';
import { expectAccessible } from '../test/axe';
import { click, type } from '../test/hands';

function visited(): Rehearsal {
  const client = new Rehearsal();
  client.discovery.devices = [gatewayView({ state: 'paired' })];
  client.visited = '2026-11-20T14:02:00Z';
  return client;
}

/** Lets the gateway be silent until what is handed out is called. */
function holdBack(client: Rehearsal): () => void {
  const real = client.open.bind(client);
  let answer = () => {};
  const asked = new Promise<void>((resolve) => (answer = resolve));
  client.open = async (udn) => {
    await asked;
    return real(udn);
  };
  return () => answer();
}

const rowsOf = () => screen.queryAllByTestId('node-row').map((row) => row.dataset.path);

it('a known gateway is shown as it was until it answers, then as it is', async () => {
  const client = visited();
  const answer = holdBack(client);
  render(App, { client, preferences: new Preferences() });
  await click('gateway-row');
  expect((await screen.findByTestId('face-opening')).textContent).toContain('20 Nov 2026');
  await screen.findAllByTestId('node-row');
  expect(rowsOf()).toContain('Device.');
  expect(client.calls.map((call) => call.name)).not.toContain('children');
  await expectAccessible();
  answer();
  await screen.findByTestId('gateway-name');
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

it('what is shown of an earlier visit can be searched, and says that it is from then', async () => {
  const client = visited();
  const answer = holdBack(client);
  render(App, { client, preferences: new Preferences() });
  await click('gateway-row');
  const search = await screen.findByTestId('search');
  search.focus();
  await type('search', 'ssid');
  const hits = await screen.findAllByTestId('hit-row');
  expect(hits.every((hit) => hit.classList.contains('remembered'))).toBe(true);
  expect(screen.getByTestId('search-count').textContent).toContain('20 Nov 2026');
  expect(client.calls.map((call) => call.name)).not.toContain('search');
  await fireEvent.click(hits[0] as HTMLElement);
  expect(screen.queryByTestId('editor')).toBeNull();
  await expectAccessible();
  // The gateway answers while somebody types: the field keeps the focus and its text.
  answer();
  await waitFor(() => expect(client.calls.map((call) => call.name)).toContain('search'));
  expect(document.activeElement).toBe(search);
  expect((search as HTMLInputElement).value).toBe('ssid');
  await screen.findByTestId('editor');
  await waitFor(() => expect(screen.getByTestId('search-count').textContent).toContain('The rest is as on'));
});

it('one that is silent is shown as it was, and opened when it comes back', async () => {
  const client = visited();
  client.discovery.devices = [gatewayView({ state: 'silent' })];
  render(App, { client, preferences: new Preferences() });
  await click('gateway-row');
  await screen.findByTestId('face-silent');
  expect((await screen.findByTestId('remembered')).textContent).toContain('20 Nov 2026');
  await screen.findAllByTestId('node-row');
  expect(client.calls.map((call) => call.name)).not.toContain('open');
  await expectAccessible();
  client.emit({ kind: 'gateway_found', gateway: gatewayView({ state: 'paired' }) });
  await screen.findByTestId('gateway-name');
  await waitFor(() => expect(document.querySelector('.remembered')).toBeNull());
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
