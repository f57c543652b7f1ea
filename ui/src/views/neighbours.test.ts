import { fireEvent, render, screen, waitFor } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import App from '../App.svelte';
import type { GatewayView } from '../ipc/bindings';
import { failure, gatewayView, Rehearsal } from '../ipc/mock';
import { cardView } from '../ipc/mock-doctor';
import { Preferences } from '../stores/preferences.svelte';
import { click } from '../test/hands';
import { modelName } from './Introduce/card';

function several(): GatewayView[] {
  const rooms = ['Hallway', 'Cellar', 'Attic', 'Garage', 'Studio'];
  return [
    ...rooms.map((room, index) =>
      gatewayView({ udn: `uuid:${index}`, friendly_name: room, model_name: `M${index}`, address: `192.168.1.${index + 1}`, state: 'new' }),
    ),
    gatewayView({ udn: 'uuid:old', friendly_name: 'Old router', kind: 'tr064-issue-1', address: '10.0.0.9' }),
    gatewayView({ udn: 'uuid:nas', friendly_name: 'Media server', kind: 'other', address: '10.0.0.10' }),
  ];
}

function show(devices: GatewayView[]): Rehearsal {
  const client = new Rehearsal();
  client.discovery.devices = devices;
  render(App, { client, preferences: new Preferences() });
  return client;
}

async function names(): Promise<string[]> {
  await screen.findByTestId('rail-list');
  return screen.queryAllByTestId('gateway-row').map((row) => row.querySelector('.name')?.textContent ?? '');
}

const SECURE = {
  type: 'urn:schemas-upnp-org:service:DeviceProtection:1',
  id: 'urn:upnp-org:serviceId:DeviceProtection1',
  control_url: null,
  device_udn: 'uuid:0',
};

describe('which one is mine?', () => {
  it('folds what cannot be managed, with the reason', async () => {
    show(several());
    await screen.findAllByTestId('gateway-row');
    await waitFor(async () => expect(await names()).toEqual(['Hallway', 'Cellar', 'Attic', 'Garage', 'Studio']));
    const fold = screen.getByTestId('rail-others');
    expect(fold.textContent).toContain('2 other devices');
    expect(fold.getAttribute('aria-expanded')).toBe('false');
    await fireEvent.click(fold);
    expect(screen.getAllByTestId('others-why').map((one) => one.textContent)).toEqual([
      'Older protocol (TR-064 Issue 1). Use its own web page.',
      'No gateway: it offers no TR-064.',
    ]);
    expect(await names()).toHaveLength(7);
  });

  it('has no filter for a handful', async () => {
    show(several().slice(0, 5));
    await screen.findAllByTestId('gateway-row');
    expect(screen.queryByTestId('rail-filter')).toBeNull();
  });

  it('filters by name, model and address from the keyboard', async () => {
    show(several());
    const filter = (await screen.findByTestId('rail-filter')) as HTMLInputElement;
    const [row] = screen.getAllByTestId('gateway-row');
    row?.focus();
    await fireEvent.keyDown(row as HTMLElement, { key: 'c' });
    expect(document.activeElement).toBe(filter);
    await fireEvent.input(filter, { target: { value: 'cell' } });
    expect(await names()).toEqual(['Cellar']);
    await fireEvent.input(filter, { target: { value: 'm3' } });
    expect(await names()).toEqual(['Garage']);
    await fireEvent.input(filter, { target: { value: '10.0.0.9' } });
    expect(await names()).toEqual(['Old router']);
    await fireEvent.input(filter, { target: { value: 'nowhere' } });
    expect(screen.getByTestId('filter-none').textContent).toContain('nowhere');
    await fireEvent.keyDown(filter, { key: 'Escape' });
    expect(filter.value).toBe('');
    expect(await names()).toHaveLength(5);
    await fireEvent.input(filter, { target: { value: 'attic' } });
    await fireEvent.keyDown(filter, { key: 'Enter' });
    expect((await screen.findByTestId('face-new')).textContent).toContain('Attic');
  });

  it('says that none of those found can be managed', async () => {
    show(several().slice(5));
    expect((await screen.findByTestId('face-nothing')).textContent).toContain('none of them can be managed');
    expect(screen.getByTestId('why-nothing')).toBeTruthy();
  });
});

describe('the card of a gateway that is not paired', () => {
  async function open(prepare: (client: Rehearsal) => void = () => undefined) {
    const client = new Rehearsal();
    client.discovery.devices = [gatewayView({ state: 'new', services: [SECURE] })];
    prepare(client);
    render(App, { client, preferences: new Preferences() });
    await click('gateway-row');
    return client;
  }

  const phase = () => screen.getByTestId('card').dataset.phase;

  it('shows what it tells everybody', async () => {
    await open();
    await waitFor(() => expect(phase()).toBe('told'));
    const card = screen.getByTestId('card').textContent;
    for (const part of ['Example Networks', 'VDSL 7590, 2', 'EX7590-001122', '192.168.1.1', 'enp3s0']) {
      expect(card).toContain(part);
    }
    expect(screen.getByTestId('card-software').textContent).toBe('7.57.1');
    expect(screen.getByTestId('card-models').textContent).toBe('TR-181 2.11');
    expect(screen.getByTestId('card-ways').textContent).toContain('PIN on its label, or its button');
    expect(screen.getByTestId('face-new').textContent).toContain('Pairing protects the connection');
    expect(screen.getByTestId('card-note').textContent).not.toContain('the rest');
  });

  it('shows what is known already while it asks', async () => {
    await open((client) => (client.show = () => new Promise(() => undefined)));
    expect((await screen.findByTestId('card')).textContent).toContain('EX7590-001122');
    expect(screen.getByTestId('card-models').textContent).toBe('asking…');
    expect(screen.getByTestId('start-pairing')).toBeTruthy();
  });

  it('says what it keeps to itself', async () => {
    await open((client) => (client.card = cardView({ gateway: gatewayView(), data_models: [], protocols: [] })));
    await waitFor(() => expect(phase()).toBe('told'));
    expect(screen.getByTestId('card-software').textContent).toBe('told only after pairing');
    expect(screen.getByTestId('card-models').textContent).toBe('told only after pairing');
    expect(screen.getByTestId('card-ways').textContent).toContain('Try the PIN on its label');
    expect(screen.getByTestId('card-note').textContent).toContain('It tells the rest only after pairing.');
  });

  it('fails with a second try, and can still be paired', async () => {
    const client = await open((one) => one.failing.set('show', failure('Unreachable', 'No answer.')));
    expect((await screen.findByTestId('card-failure-what')).textContent).toBe('Hallway gateway does not answer');
    expect(screen.getByTestId('start-pairing')).toBeTruthy();
    client.failing.clear();
    await click('card-failure-retry');
    await waitFor(() => expect(phase()).toBe('told'));
  });

  it('names the models of the standard', () => {
    expect(modelName('urn:broadband-forum-org:tr-098-1-8-0')).toBe('TR-098 1.8');
    expect(modelName('urn:UPnP:Parent Device:1:ConfigurationManagement:2')).toBe('ConfigurationManagement:2');
    expect(modelName('urn:example-com:own-model')).toBe('urn:example-com:own-model');
  });
});
