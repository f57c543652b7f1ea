import { fireEvent, render, screen, waitFor } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import App from '../App.svelte';
import { failure, gatewayView, Rehearsal, UDN } from '../ipc/mock';
import { RECIPE } from '../ipc/mock-support';
import { useLanguage } from '../i18n/index.svelte';
import { Preferences } from '../stores/preferences.svelte';
import { expectAccessible } from '../test/axe';
import { click, openTree, rowOf, type, walk } from '../test/hands';

function show(client = new Rehearsal()): Rehearsal {
  render(App, { client, preferences: new Preferences() });
  return client;
}

const called = (client: Rehearsal, name: string) => client.calls.filter((call) => call.name === name);
const link = (udn: string, path: string | null = null) => ({ kind: 'gateway' as const, link: { udn, path } });

describe('a link into the window', () => {
  it('opens the gateway and the path, and sends nothing', async () => {
    const client = new Rehearsal();
    client.waitingLink = link(UDN.toUpperCase(), 'Device.WiFi.SSID.1.SSID');
    show(client);
    await waitFor(() => expect(called(client, 'locate')).toHaveLength(1));
    expect(called(client, 'locate')[0]?.args).toEqual([UDN, 'Device.WiFi.SSID.1.SSID']);
    // Where a link leads is where the keys go on.
    await waitFor(() => expect(document.activeElement?.getAttribute('role')).toBe('tree'));
    const sent = ['stage', 'apply', 'callAction', 'reboot', 'pair'];
    expect(client.calls.filter((call) => sent.includes(call.name))).toEqual([]);
  });

  it('is followed while the window is there', async () => {
    const client = show();
    await screen.findByTestId('gateway-row');
    client.openLink(link(UDN));
    await screen.findAllByTestId('node-row');
    expect(screen.queryByTestId('link-dialog')).toBeNull();
  });

  it('waits until a dialog is closed', async () => {
    const client = await openTree();
    await fireEvent.keyDown(window, { key: ',', ctrlKey: true });
    await screen.findByTestId('settings-dialog');
    client.discovery.devices = [gatewayView(), gatewayView({ udn: 'uuid:2', friendly_name: 'Attic' })];
    client.emit({ kind: 'gateway_found', gateway: gatewayView({ udn: 'uuid:2', friendly_name: 'Attic' }) });
    client.openLink(link('uuid:2'));
    await waitFor(() => expect(called(client, 'takeLink').length).toBeGreaterThan(1));
    expect(called(client, 'open').some((call) => call.args[0] === 'uuid:2')).toBe(false);
    await click('dialog-close');
    await waitFor(() => expect(called(client, 'open').some((call) => call.args[0] === 'uuid:2')).toBe(true));
  });

  it('to a gateway nobody knows says so, and searches when asked', async () => {
    const client = show();
    await screen.findByTestId('gateway-row');
    await waitFor(() => expect(called(client, 'discover')).toHaveLength(1));
    client.openLink(link('uuid:77'));
    expect((await screen.findByTestId('link-text')).textContent).toContain('uuid:77');
    await expectAccessible();
    expect(called(client, 'discover')).toHaveLength(1);
    client.discovery.devices = [gatewayView(), gatewayView({ udn: 'uuid:77', friendly_name: 'Attic' })];
    await click('link-search');
    await waitFor(() => expect(called(client, 'open').some((call) => call.args[0] === 'uuid:77')).toBe(true));
    expect(screen.queryByTestId('link-dialog')).toBeNull();
  });

  it('that cannot be used says why, in both languages', async () => {
    const client = show();
    await screen.findByTestId('gateway-row');
    for (const problem of ['too_long', 'other_kind', 'gateway', 'path'] as const) {
      client.openLink({ kind: 'unusable', problem });
      const words = (await screen.findByTestId('link-text')).textContent;
      useLanguage('de');
      await waitFor(() => expect(screen.getByTestId('link-text').textContent).not.toBe(words));
      useLanguage('en');
      await expectAccessible();
      await click('link-close');
      await waitFor(() => expect(screen.queryByTestId('link-dialog')).toBeNull());
    }
  });

  it('can be copied', async () => {
    const copied: string[] = [];
    Object.assign(navigator, { clipboard: { writeText: async (text: string) => void copied.push(text) } });
    await openTree();
    await walk('Device.WiFi.', 'Device.WiFi.SSID.', 'Device.WiFi.SSID.1.');
    await fireEvent.click(await rowOf('Device.WiFi.SSID.1.SSID'));
    await screen.findByTestId('editor');
    await fireEvent.keyDown(window, { key: 'k', ctrlKey: true });
    await type('palette-input', 'link');
    await fireEvent.keyDown(screen.getByTestId('palette-input'), { key: 'Enter' });
    await waitFor(() => expect(copied).toEqual([`lanside://gateway/${UDN}/Device.WiFi.SSID.1.SSID`]));
  });
});

describe('a notification', () => {
  it('tells how a restart ended', async () => {
    const client = await openTree();
    client.pace.step = 5;
    await fireEvent.keyDown(window, { key: 'k', ctrlKey: true });
    await type('palette-input', 'restart');
    await fireEvent.keyDown(screen.getByTestId('palette-input'), { key: 'Enter' });
    await click('restart-confirm');
    await waitFor(() => expect(called(client, 'tellInBackground')).toHaveLength(1));
    expect(called(client, 'tellInBackground')[0]?.args).toEqual(['Hallway gateway', 'It restarted and answers again.']);
  });

  it('tells what failed, and no secret', async () => {
    const client = await openTree();
    client.failing.set('reboot', failure('Unreachable', 'no answer from 192.168.1.1, password hunter2'));
    await fireEvent.keyDown(window, { key: 'k', ctrlKey: true });
    await type('palette-input', 'restart');
    await fireEvent.keyDown(screen.getByTestId('palette-input'), { key: 'Enter' });
    await click('restart-confirm');
    await waitFor(() => expect(called(client, 'tellInBackground')).toHaveLength(1));
    const words = called(client, 'tellInBackground')[0]?.args.join(' ') ?? '';
    expect(words).toContain('Hallway gateway');
    expect(words).not.toContain('hunter2');
  });
});

describe('About', () => {
  async function about(client = new Rehearsal()) {
    show(client);
    await screen.findByTestId('gateway-row');
    await fireEvent.keyDown(window, { key: 'k', ctrlKey: true });
    await type('palette-input', 'about');
    await fireEvent.keyDown(screen.getByTestId('palette-input'), { key: 'Enter' });
    await screen.findByTestId('about-dialog');
    return client;
  }

  it('names the version and what Lanside is made of', async () => {
    await about();
    expect(screen.getByTestId('about-version').textContent).toContain('0.1.0');
    await waitFor(() => expect(screen.getAllByTestId('about-row')).toHaveLength(3));
    await expectAccessible();
    await type('about-find', 'mit');
    await waitFor(() => expect(screen.getAllByTestId('about-row')).toHaveLength(2));
    await type('about-find', 'nothing like it');
    expect((await screen.findByTestId('about-none')).textContent).toContain('nothing like it');
    await expectAccessible();
  });

  it('says when the list cannot be had', async () => {
    const client = new Rehearsal();
    client.failing.set('licences', failure('Internal', 'gone'));
    await about(client);
    await screen.findByTestId('about-failure');
    client.failing.clear();
    await click('about-failure-retry');
    await screen.findAllByTestId('about-row');
  });
});

describe('a file dropped on the window', () => {
  function drag(type: 'dragOver' | 'drop', name: string, text = '', size = text.length) {
    const file = new File([text], name);
    file.text = async () => text;
    Object.defineProperty(file, 'size', { value: size });
    return fireEvent[type](document.body, { dataTransfer: { types: ['Files'], files: [file] } });
  }

  it('says what it takes while it is above, and never goes to the file', async () => {
    show();
    await screen.findByTestId('gateway-row');
    expect(await drag('dragOver', 'x.toml')).toBe(false);
    await screen.findByTestId('drop-here');
    await expectAccessible();
    expect(await drag('drop', 'photo.png')).toBe(false);
    expect((await screen.findByTestId('drop-refused')).textContent).toContain('.toml');
    expect(screen.queryByTestId('drop-here')).toBeNull();
    await expectAccessible();
    await click('drop-close');
    await waitFor(() => expect(screen.queryByTestId('drop-refused')).toBeNull());
  });

  it('is read as a recipe', async () => {
    show();
    await screen.findByTestId('gateway-row');
    await drag('drop', 'first.TOML', RECIPE);
    expect((await screen.findByTestId('recipe-name')).textContent).toBe('First set-up');
  });

  it('is checked as a report', async () => {
    const client = show();
    await screen.findByTestId('gateway-row');
    await drag('drop', 'visit.html', '<html>seal');
    await screen.findByTestId('report-page');
    await waitFor(() => expect(called(client, 'verifyReport')).toHaveLength(1));
  });

  it('is kept as a snapshot of the gateway in front', async () => {
    const client = await openTree();
    await drag('drop', 'old.json', '{"format":"lanside-snapshot"}');
    await waitFor(() => expect(called(client, 'importSnapshotText')).toHaveLength(1));
    await screen.findByTestId('snapshots');
    await waitFor(() => expect(screen.getByTestId('said').textContent).toContain('old.json'));
    await drag('drop', 'other.json', '{}');
    await screen.findByTestId('snapshots-failure');
  });

  it('waits for its gateway, and for a dialog to close', async () => {
    const client = show();
    await screen.findByTestId('gateway-row');
    await drag('drop', 'old.json', '{}');
    expect((await screen.findByTestId('drop-refused')).textContent).toContain('Open the gateway');
    await drag('drop', 'old.json', '', 65 * 1024 * 1024);
    await waitFor(() => expect(screen.getByTestId('drop-refused').textContent).toContain('too large'));
    await fireEvent.keyDown(window, { key: ',', ctrlKey: true });
    await screen.findByTestId('settings-dialog');
    await drag('drop', 'first.toml', RECIPE);
    expect(called(client, 'readRecipe')).toEqual([]);
  });
});
