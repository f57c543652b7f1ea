import { fireEvent, screen, waitFor } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { failure } from '../ipc/mock';
import { expectAccessible } from '../test/axe';
import { click, openTree, rowOf, type, walk } from '../test/hands';

const toSsid = ['Device.WiFi.', 'Device.WiFi.SSID.', 'Device.WiFi.SSID.1.'] as const;
const LAYERS = 'Device.WiFi.SSID.1.LowerLayers';

describe('what a parameter is', () => {
  it('tells type, access, length, since when', async () => {
    await openTree();
    await walk(...toSsid, 'Device.WiFi.SSID.1.SSID');
    const facts = (await screen.findByTestId('facts')).textContent;
    for (const word of ['string', 'Can be changed', '≤ 32 characters', 'Device 2.0']) expect(facts).toContain(word);
  });

  it('says that it is deprecated, which values are only reported, and the imported description', async () => {
    await openTree();
    await walk('Device.DeviceInfo.', 'Device.DeviceInfo.X_OLD');
    expect((await screen.findByTestId('fact-old')).textContent).toContain('Deprecated');
    const facts = screen.getByTestId('facts').textContent;
    expect(facts).toContain('(only reported)');
    expect(facts).toContain('Baseline:1');
    expect(screen.getByTestId('description').textContent).toBe('What the maker wrote.');
    await expectAccessible();
  });
});

describe('a value too long to be here', () => {
  it('shows its beginning, says how much there is, and offers no field that would save a part', async () => {
    await openTree();
    await walk('Device.DeviceInfo.', 'Device.DeviceInfo.X_DUMP');
    expect((await screen.findByTestId('value-cut')).textContent).toContain('The first 13 of 12,000,000 characters.');
    expect(screen.getByTestId('value').textContent).toBe('the beginning');
    expect(screen.getByTestId('editor').querySelector('input, textarea')).toBeNull();
    await expectAccessible();
  });

  it('is saved to a file as a whole', async () => {
    const client = await openTree();
    await walk('Device.DeviceInfo.', 'Device.DeviceInfo.X_DUMP');
    await click('value-save-begin');
    expect(((await screen.findByTestId('value-save-file')) as HTMLInputElement).value).toContain('/home/anna/');
    await type('value-save-file', '/tmp/whole.txt');
    await expectAccessible();
    await click('value-save');
    await waitFor(() => expect(screen.getByTestId('value-saved').textContent).toContain('/tmp/whole.txt'));
    expect(client.calls.at(-1)).toMatchObject({ name: 'saveValue' });
  });
});

describe('a text that was typed and not staged', () => {
  const SSID = 'Device.WiFi.SSID.1.SSID';
  const field = async () => (await screen.findByTestId('editor-input')) as HTMLInputElement;

  it('waits while something else is looked at, and goes on where it stopped', async () => {
    const client = await openTree();
    await walk(...toSsid, SSID);
    await type('editor-input', 'Half ty');
    expect(screen.queryByTestId('tray-text')).toBeNull();
    await walk(LAYERS);
    const left = await screen.findByTestId('tray-text');
    expect(left.textContent).toContain('Half ty');
    expect(left.textContent).toContain('typed, not in the draft');
    await waitFor(() => expect(client.texts.size).toBe(1));
    await fireEvent.click(left.querySelector('button')!);
    await waitFor(async () => expect((await field()).value).toBe('Half ty'));
    expect(screen.queryByTestId('tray-text')).toBeNull();
    await fireEvent.keyDown(await field(), { key: 'Escape' });
    await waitFor(() => expect(client.texts.size).toBe(0));
    expect((await field()).value).toBe('Hallway');
  });

  it('keeps what was refused, and of a secret shows nothing and writes nothing down', async () => {
    const client = await openTree();
    await walk(...toSsid, SSID);
    client.failing.set('stage', failure('Usage', 'It is too long.'));
    await type('editor-input', 'Attic');
    await click('stage');
    await waitFor(() => expect(screen.getByTestId('editor-input-note').textContent).toContain('It is too long.'));
    const key = 'Device.WiFi.AccessPoint.1.Security.KeyPassphrase';
    await walk('Device.WiFi.AccessPoint.', 'Device.WiFi.AccessPoint.1.', 'Device.WiFi.AccessPoint.1.Security.', key);
    await type('editor-input', 'Leuchtturm');
    await walk(SSID);
    expect((await field()).value).toBe('Attic');
    expect(screen.getByTestId('editor-input-note').textContent).toContain('It is too long.');
    const secret = screen.getByTestId('tray-text');
    expect(secret.dataset.path).toBe(key);
    expect(secret.textContent).toContain('••••');
    await waitFor(() => expect(client.texts.size).toBe(1));
    expect(JSON.stringify([...client.texts, document.body.innerHTML])).not.toContain('Leuchtturm');
    client.failing.clear();
    await type('editor-input', 'Attic 2');
    await click('stage');
    await waitFor(() => expect(screen.getByTestId('tray').dataset.count).toBe('1'));
    await click('review');
    expect((await screen.findByTestId('review-texts')).textContent).toContain('1 text you typed');
    await expectAccessible();
  });
});

describe('references', () => {
  it('lead to where they point, and back', async () => {
    await openTree();
    await walk(...toSsid, LAYERS);
    expect((await screen.findByTestId('links')).textContent).toContain('It may refer to: Device.WiFi.Radio.');
    await click('refers-to-link');
    await waitFor(() => expect(screen.getByTestId('details-name').textContent).toBe('1'));
    expect((await rowOf('Device.WiFi.Radio.1.')).getAttribute('aria-selected')).toBe('true');
    expect(screen.getByTestId('referrers').textContent).toContain('Only what is loaded');
    await expectAccessible();
    await click('referred-by-link');
    await waitFor(() => expect(screen.getByTestId('details-name').textContent).toBe('LowerLayers'));
  });

  it('say when there is nothing, and what went wrong', async () => {
    const client = await openTree();
    await walk('Device.WiFi.', 'Device.WiFi.SSID.', 'Device.WiFi.SSID.2.', 'Device.WiFi.SSID.2.LowerLayers');
    expect((await screen.findByTestId('links')).textContent).toContain('refers to nothing');
    await walk('Device.WiFi.SSID.1.', LAYERS);
    await screen.findByTestId('refers-to-link');
    client.failing.set('locate', failure('Usage', 'There is no such path.'));
    await click('refers-to-link');
    expect(await screen.findByTestId('details-failure-what')).toBeTruthy();
  });
});

describe('copying a path', () => {
  it('takes one key for each notation, and no key from a field', async () => {
    const copied: string[] = [];
    Object.defineProperty(navigator, 'clipboard', {
      configurable: true,
      value: { writeText: async (text: string) => void copied.push(text) },
    });
    try {
      await openTree();
      await walk(...toSsid, 'Device.WiFi.SSID.1.SSID');
      await screen.findByTestId('editor-input');
      await fireEvent.keyDown(window, { key: 'c' });
      await fireEvent.keyDown(window, { key: 'C', shiftKey: true });
      await fireEvent.keyDown(screen.getByTestId('editor-input'), { key: 'c' });
      await fireEvent.keyDown(window, { key: 'c', ctrlKey: true });
      await waitFor(() => expect(copied).toEqual(['Device.WiFi.SSID.1.SSID', '/BBF/WiFi/SSID/0/SSID']));
      expect(screen.getByTestId('said').textContent).toContain('Copied /BBF/WiFi/SSID/0/SSID');
    } finally {
      Reflect.deleteProperty(navigator, 'clipboard');
    }
  });
});
