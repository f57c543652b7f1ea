import { cleanup, fireEvent, render, screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import App from '../App.svelte';
import { gatewayView, Rehearsal, UDN } from '../ipc/mock';
import { Preferences } from '../stores/preferences.svelte';
import { Workspace } from '../stores/workspace.svelte';
import { expectAccessible } from '../test/axe';
import { click, rowOf, type, walk } from '../test/hands';

const CELLAR = 'uuid:2';
const NEW = 'uuid:3';

function three() {
  const client = new Rehearsal();
  client.discovery.devices = [
    gatewayView(),
    gatewayView({ udn: CELLAR, friendly_name: 'Cellar box', address: '192.168.1.2', draft_count: 3 }),
    gatewayView({ udn: NEW, friendly_name: 'Stranger', address: '192.168.1.3', state: 'new' }),
  ];
  return client;
}

function show(client = three()) {
  render(App, { client, preferences: new Preferences() });
  return client;
}

async function choose(udn: string) {
  await waitFor(() => expect(screen.getAllByTestId('gateway-row').some((row) => row.dataset.udn === udn)).toBe(true));
  await fireEvent.click(screen.getAllByTestId('gateway-row').find((row) => row.dataset.udn === udn) as HTMLElement);
}

async function both() {
  await choose(UDN);
  await screen.findAllByTestId('node-row');
  await choose(CELLAR);
  await screen.findByTestId('gateway-tabs');
}

const tabs = () => screen.queryAllByTestId('gateway-tab').map((tab) => tab.dataset.udn);
const tab = (udn: string) => screen.getAllByTestId('gateway-tab').find((one) => one.dataset.udn === udn) as HTMLElement;

describe('tabs', () => {
  it('are there from the second gateway on, with the edits that wait', async () => {
    show();
    await choose(UDN);
    await screen.findAllByTestId('node-row');
    expect(screen.queryByTestId('gateway-tabs')).toBeNull();
    await walk('Device.WiFi.', 'Device.WiFi.SSID.', 'Device.WiFi.SSID.1.', 'Device.WiFi.SSID.1.SSID');
    await type('editor-input', 'Attic');
    await click('stage');
    await choose(CELLAR);
    await screen.findByTestId('gateway-tabs');
    expect(tabs()).toEqual([UDN, CELLAR]);
    await waitFor(() => expect(within(tab(UDN)).getByTestId('tab-drafts').textContent).toBe('1'));
    await expectAccessible();
  });

  it('keep what was shown, and close without a question', async () => {
    const client = show();
    await choose(UDN);
    await walk('Device.WiFi.', 'Device.WiFi.SSID.');
    await choose(CELLAR);
    await fireEvent.keyDown(window, { key: 'PageUp', ctrlKey: true });
    await rowOf('Device.WiFi.SSID.1.');
    await fireEvent.keyDown(window, { key: 'w', ctrlKey: true });
    await waitFor(() => expect(tabs()).toEqual([]));
    expect(client.calls.some((call) => call.name === 'close' && call.args[0] === UDN)).toBe(true);
    expect(screen.getByTestId('gateway-name').textContent).toBe('Cellar box');
  });

  it('are gone through from within a list, too', async () => {
    show();
    await both();
    await screen.findAllByTestId('node-row');
    const at = screen.getByTestId('tree').getAttribute('aria-activedescendant');
    await fireEvent.keyDown(screen.getByTestId('tree'), { key: 'PageUp', ctrlKey: true });
    await waitFor(() => expect(screen.getByTestId('gateway-name').textContent).toBe('Hallway gateway'));
    await fireEvent.keyDown(screen.getByTestId('tree'), { key: 'PageDown', ctrlKey: true });
    await waitFor(() => expect(screen.getByTestId('gateway-name').textContent).toBe('Cellar box'));
    expect(screen.getByTestId('tree').getAttribute('aria-activedescendant')).toBe(at);
  });

  it('do not gather devices that were only looked at', async () => {
    show();
    await both();
    await choose(NEW);
    expect(tabs()).toEqual([UDN, CELLAR, NEW]);
    await choose(UDN);
    await waitFor(() => expect(tabs()).toEqual([UDN, CELLAR]));
  });

  it('come back with the next start', async () => {
    show();
    await both();
    await click('split');
    cleanup();
    const client = show();
    await waitFor(() => expect(screen.getAllByTestId('gateway-name').map((one) => one.textContent)).toEqual(['Hallway gateway', 'Cellar box']));
    expect(client.calls.filter((call) => call.name === 'open').map((call) => call.args[0]).sort()).toEqual([CELLAR, UDN].sort());
  });
});

describe('two side by side', () => {
  it('are both worked with: what is touched is in front', async () => {
    show();
    await both();
    await click('split');
    await waitFor(() => expect(screen.getAllByTestId('gateway-name')).toHaveLength(2));
    await expectAccessible();
    const panes = screen.getAllByTestId('pane');
    expect(panes.map((pane) => pane.dataset.pane)).toEqual(['beside', 'front']);
    await fireEvent.pointerDown(panes[0] as HTMLElement);
    await waitFor(() => expect(panes.map((pane) => pane.dataset.pane)).toEqual(['front', 'beside']));
    await fireEvent.keyDown(window, { key: '/' });
    expect(panes[0]?.contains(document.activeElement)).toBe(true);
    (document.activeElement as HTMLElement).blur();
    await fireEvent.keyDown(window, { key: 'F6' });
    await waitFor(() => expect(panes[1]?.contains(document.activeElement)).toBe(true));
    await click('split');
    await waitFor(() => expect(screen.getAllByTestId('pane')).toHaveLength(1));
  });
});

describe('splitters', () => {
  it('are moved by keys within their bounds, and are kept', async () => {
    show();
    const rail = await screen.findByTestId('size-rail');
    await fireEvent.keyDown(rail, { key: 'ArrowRight' });
    expect(rail.getAttribute('aria-valuenow')).toBe('256');
    await fireEvent.keyDown(rail, { key: 'End' });
    await fireEvent.keyDown(rail, { key: 'ArrowRight' });
    expect(rail.getAttribute('aria-valuenow')).toBe('420');
    expect(new Workspace().sizes.rail).toBe(420);
    await fireEvent.dblClick(rail);
    expect(rail.getAttribute('aria-valuenow')).toBe('240');
  });
});

describe('what is remembered of a desk', () => {
  it('is read with care', () => {
    for (const broken of ['{', '7', '{"tabs":[1,"a","a"],"panes":["b"],"current":"b"}', '{"tabs":"x"}']) {
      localStorage.setItem('lanside.workspace', broken);
      localStorage.setItem('lanside.layout', '{"rail":99999,"details":"x"}');
      const desk = new Workspace();
      expect(desk.current, broken).toBeNull();
      expect(desk.sizes.rail).toBe(420);
      expect(desk.sizes.details).toBe(380);
    }
  });

  it('closes to the neighbour, and ends a split with one of two', () => {
    const desk = new Workspace();
    for (const one of ['a', 'b', 'c']) desk.front(one);
    desk.front('b');
    desk.close('b');
    expect([desk.current, desk.tabs]).toEqual(['c', ['a', 'c']]);
    desk.toggleSplit();
    expect(desk.panes).toEqual(['a', 'c']);
    desk.close('a');
    expect([desk.current, desk.panes]).toEqual(['c', ['c']]);
    desk.close('c');
    expect([desk.current, desk.panes, desk.tabs]).toEqual([null, [], []]);
  });
});
