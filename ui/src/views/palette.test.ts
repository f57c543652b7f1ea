import { fireEvent, render, screen, waitFor } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import App from '../App.svelte';
import { failure, gatewayView, Rehearsal, UDN } from '../ipc/mock';
import { Preferences } from '../stores/preferences.svelte';
import { useLanguage } from '../i18n/index.svelte';
import { expectAccessible } from '../test/axe';
import { click, openTree, rowOf, type, walk } from '../test/hands';

const press = (key: string, more = {}) => fireEvent.keyDown(document.activeElement ?? window, { key, ...more });
const rows = (id: string) => screen.queryAllByTestId(`${id}-row`).map((row) => row.dataset.id);

async function palette() {
  await fireEvent.keyDown(window, { key: 'k', ctrlKey: true });
  return screen.findByTestId('palette-input');
}

describe('the command palette', () => {
  it('lists what can be done now, with its key, and is accessible', async () => {
    await openTree();
    await palette();
    expect(rows('palette')).toContain('review');
    expect(rows('palette')).not.toContain('watch');
    expect(rows('palette')).not.toContain('undo');
    expect(screen.getByTestId('palette').textContent).toContain('Ctrl S');
    await expectAccessible();
  });

  it('offers nothing of a gateway that is not open', async () => {
    render(App, { client: new Rehearsal(), preferences: new Preferences() });
    await screen.findByTestId('gateway-row');
    await palette();
    expect(rows('palette')).not.toContain('review');
    expect(rows('palette')).toContain('add-gateway');
  });

  it('finds by words in any order, and runs what Enter takes', async () => {
    const client = await openTree();
    const input = await palette();
    await type('palette-input', 'gateway rest');
    expect(rows('palette')[0]).toBe('restart');
    await press('Enter');
    await screen.findByTestId('restart-dialog');
    expect(input.isConnected).toBe(false);
    expect(client.calls.some((call) => call.name === 'reboot')).toBe(false);
  });

  it('moves with arrows and says when nothing is called so', async () => {
    await openTree();
    const input = await palette();
    await press('ArrowDown');
    const second = screen.getAllByTestId('palette-row')[1];
    expect(input.getAttribute('aria-activedescendant')).toBe(second?.id);
    await type('palette-input', 'qqqq');
    expect(screen.getByTestId('palette-status').textContent).toContain('Nothing is called “qqqq”');
    await press('Enter');
    expect(screen.getByTestId('palette')).toBeTruthy();
  });

  it('is found by other words, and in German', async () => {
    await openTree();
    await palette();
    await type('palette-input', 'reboot');
    expect(rows('palette')).toEqual(['restart']);
    useLanguage('de');
    await type('palette-input', 'verwerfen');
    expect(rows('palette')).toEqual([]);
    await type('palette-input', 'prüf');
    expect(rows('palette')).toContain('review');
  });

  it('focuses what a command focuses', async () => {
    await openTree();
    await palette();
    await type('palette-input', 'search the settings');
    await press('Enter');
    await waitFor(() => expect(document.activeElement).toBe(screen.getByTestId('search')));
  });
});

describe('quick open', () => {
  async function open() {
    await fireEvent.keyDown(window, { key: 'p', ctrlKey: true });
    return screen.findByTestId('quick-open-input');
  }

  it('goes to a setting in any area', async () => {
    await openTree();
    await walk('Device.WiFi.', 'Device.WiFi.SSID.', 'Device.WiFi.SSID.1.');
    await fireEvent.click(await rowOf('Device.WiFi.'));
    await fireEvent.keyDown(window, { key: '2', ctrlKey: true });
    await open();
    await expectAccessible();
    await type('quick-open-input', 'wifi ssid 0 ssid');
    await waitFor(() => expect(rows('quick-open')).toContain('/BBF/WiFi/SSID/0/SSID'));
    const at = rows('quick-open').indexOf('/BBF/WiFi/SSID/0/SSID');
    await fireEvent.click(screen.getAllByTestId('quick-open-row')[at] as HTMLElement);
    await waitFor(() => expect(screen.getByTestId('details-name').textContent).toBe('SSID'));
    await rowOf('Device.WiFi.SSID.1.SSID');
  });

  it('goes to a path nobody has read yet', async () => {
    const client = await openTree();
    await open();
    await type('quick-open-input', 'Device.DeviceInfo.Unread');
    const row = screen.getAllByTestId('quick-open-row').find((one) => one.dataset.id?.startsWith('path '));
    expect(row?.textContent).toContain('Go to Device.DeviceInfo.Unread');
    await fireEvent.click(row as HTMLElement);
    expect(client.calls.some((call) => call.name === 'locate' && call.args[1] === 'Device.DeviceInfo.Unread')).toBe(true);
  });

  it('goes to another gateway, and is usable while none is open', async () => {
    const client = new Rehearsal();
    client.discovery.devices = [gatewayView(), gatewayView({ udn: 'uuid:2', friendly_name: 'Cellar box', state: 'new' })];
    render(App, { client, preferences: new Preferences() });
    await screen.findAllByTestId('gateway-row');
    await open();
    expect(rows('quick-open')).toEqual([`gateway ${UDN}`, 'gateway uuid:2']);
    await type('quick-open-input', 'cellar');
    await press('Enter');
    await screen.findByTestId('face-new');
  });

  it('goes to what was typed, however fast Enter comes', async () => {
    const client = await openTree();
    await walk('Device.WiFi.', 'Device.WiFi.SSID.', 'Device.WiFi.SSID.1.');
    await open();
    await type('quick-open-input', 'wifi');
    await waitFor(() => expect(rows('quick-open').length).toBeGreaterThan(2));
    client.pace.answer = 40;
    await type('quick-open-input', 'Device.WiFi.SSID.1.SSID');
    await fireEvent.keyDown(screen.getByTestId('quick-open-input'), { key: 'Enter' });
    await waitFor(() => expect(screen.queryByTestId('details-name')?.textContent).toBe('SSID'));
    await rowOf('Device.WiFi.SSID.1.SSID');
    expect(screen.queryByTestId('quick-open')).toBeNull();
  });

  it('reads all settings where none fits yet, and searches again', async () => {
    const client = await openTree();
    await open();
    await type('quick-open-input', 'guests');
    await waitFor(() => expect(rows('quick-open')).toEqual(['load']));
    expect(screen.getByTestId('quick-open-status').textContent).toMatch(/Nothing fits “guests”. Only \d+ settings? (is|are) read so far/);
    await fireEvent.keyDown(screen.getByTestId('quick-open-input'), { key: 'Enter' });
    await waitFor(() => expect(rows('quick-open')).toContain('/BBF/WiFi/SSID/1/SSID'));
    expect(client.calls.some((call) => call.name === 'loadSubtree')).toBe(true);
    expect(rows('quick-open')).not.toContain('load');
  });

  it('says what failed and what is not there', async () => {
    const client = await openTree();
    await open();
    await type('quick-open-input', 'zzzz');
    await waitFor(() => expect(screen.getByTestId('quick-open-status').textContent).toContain('Nothing fits “zzzz”'));
    client.failing.set('search', failure('Unreachable', 'gone'));
    await type('quick-open-input', 'wifi');
    await waitFor(() => expect(screen.getByTestId('quick-open-status').textContent).toContain('does not answer'));
  });
});

describe('other keys', () => {
  async function settings() {
    await click('open-settings');
    await click('settings-keys');
    await screen.findByTestId('key-settings');
  }

  it('says whose a key is before it takes it, and resets', async () => {
    await openTree();
    await settings();
    await expectAccessible();
    await click('key-set-read');
    await press('w');
    expect((await screen.findByTestId('key-conflict')).textContent).toContain('W belongs to “Watch the selected value”');
    await click('key-take');
    expect(screen.getByTestId('key-set-read').textContent).toContain('W');
    expect(screen.getByTestId('key-set-watch').textContent).toContain('No key');
    await expectAccessible();
    await click('keys-reset-all');
    expect(screen.getByTestId('key-set-watch').textContent).toContain('W');
  });

  it('refuses keys that move, and leaves the key with Escape', async () => {
    await openTree();
    await settings();
    await click('key-set-read');
    await press('Enter');
    expect((await screen.findByTestId('key-refused')).textContent).toContain('Enter is needed');
    await click('key-set-read');
    await press('Escape');
    expect(screen.getByTestId('key-set-read').textContent).toContain('F5');
  });

  it('works at once, and is kept', async () => {
    const client = await openTree();
    await settings();
    await click('key-set-read');
    await press('y', { ctrlKey: true });
    await click('keys-done');
    await click('dialog-close');
    await walk('Device.DeviceInfo.', 'Device.DeviceInfo.ModelName');
    const reads = () => client.calls.filter((call) => call.name === 'read').length;
    const before = reads();
    await fireEvent.keyDown(window, { key: 'y', ctrlKey: true });
    expect(reads()).toBe(before + 1);
    expect(localStorage.getItem('lanside.keys')).toContain('Mod+Y');
  });
});
