import { fireEvent, screen, waitFor } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { failure, Rehearsal, UDN } from '../ipc/mock';
import { forecastView } from '../ipc/mock-change';
import { useLanguage } from '../i18n/index.svelte';
import { expectAccessible } from '../test/axe';
import { click, openTree, tick } from '../test/hands';

const SSID = '/BBF/WiFi/SSID/0/SSID';

/** The review of a draft of one edit, as soon as it is ready. */
async function review(client: Rehearsal) {
  await openTree(client);
  await client.stage(UDN, SSID, 'Attic');
  await click('review');
  await waitFor(() => expect(screen.getByTestId('review-body').dataset.phase).toBe('ready'));
}

function apply(): HTMLButtonElement {
  return screen.getByTestId('apply');
}

describe('will this cut me off', () => {
  it('says calmly that it does not', async () => {
    await review(new Rehearsal());
    expect(screen.getByTestId('forecast').dataset.severity).toBe('nothing');
    expect(screen.getByTestId('forecast').textContent).toContain('You stay connected');
    expect(screen.queryByTestId('forecast-accept')).toBeNull();
    expect(apply().disabled).toBe(false);
  });

  it('follows a gateway that moves, and offers the way back', async () => {
    const client = new Rehearsal();
    client.outlook = forecastView({
      severity: 'moves',
      effects: [{ code: 'address_moves', path: 'Device.IP.Interface.1.IPv4Address.', upnp_path: '/x/', fact: '192.168.7.1' }],
      found_at: '192.168.7.1',
    });
    await review(client);
    expect(screen.getByTestId('forecast-sentence').textContent).toContain('follows it to 192.168.7.1');
    expect(apply().disabled).toBe(false);
    await click('apply');
    await screen.findByTestId('hunt-found');
    expect(screen.getByTestId('review-dialog').textContent).toContain('answers at 192.168.7.1');
    expect(client.calls.find((call) => call.name === 'hunt')?.args).toEqual([expect.any(String), '192.168.7.1']);
    client.journal = [];
    client.outlook = forecastView();
    await click('hunt-take-back');
    await waitFor(() => expect(client.calls.some((call) => call.name === 'takeBack')).toBe(true));
  });

  it.each([
    ['cut_off', 'This cuts this computer off'],
    ['may_cut_off', 'This may cut this computer off'],
  ] as const)('%s: sends nothing before the person accepts it', async (severity, words) => {
    const client = new Rehearsal();
    client.outlook = forecastView({
      severity,
      effects: [{ code: 'port_off', path: 'Device.Ethernet.Interface.2.Enable', upnp_path: '/x', fact: null }],
    });
    client.turnsUp = false;
    await review(client);
    expect(screen.getByTestId('forecast-sentence').textContent).toContain(words);
    expect(screen.getByTestId('forecast-effect').textContent).toContain('The port you are plugged into');
    expect(apply().disabled).toBe(true);
    await fireEvent.keyDown(window, { key: 'Enter', ctrlKey: true });
    expect(client.calls.some((call) => call.name === 'apply')).toBe(false);
    await expectAccessible();
    await click('forecast-accept');
    expect(apply().disabled).toBe(false);
    await click('apply');
    await screen.findByTestId('hunt-lost');
    expect(screen.getByTestId('review-dialog').textContent).toContain('does not answer any more');
    await expectAccessible();
    client.turnsUp = true;
    await click('hunt-again');
    expect(await screen.findByTestId('hunt-found')).toBeTruthy();
  });

  it('asks too when nothing could be found out and an edit is risky', async () => {
    const client = new Rehearsal();
    client.failing.set('forecast', failure('Unreachable', 'No answer.'));
    await review(client);
    expect(screen.getByTestId('forecast').dataset.severity).toBe('unknown');
    expect(apply().disabled).toBe(false);
    const draft = await client.draft(UDN);
    const edits = draft.edits.map((edit) => ({ ...edit, warning: 'may_lock_out' as const }));
    client.emit({ kind: 'draft_changed', draft: { ...draft, edits, udn: UDN } });
    await tick();
    expect(apply().disabled).toBe(true);
  });

  it('has a sentence for every effect in both languages', async () => {
    const codes = [
      'wifi_reconnects', 'no_leases', 'address_moves', 'other_subnet', 'address_gone', 'port_off', 'bridge_off',
      'interface_off', 'way_broken', 'radio_off', 'wifi_off', 'wifi_new_name', 'wifi_new_key', 'wifi_keeps_me_out',
      'firewall_drops', 'management_off', 'place_unknown',
    ] as const;
    const client = new Rehearsal();
    client.outlook = forecastView({
      severity: 'cut_off',
      effects: codes.map((code) => ({ code, path: `Device.${code}`, upnp_path: `/${code}`, fact: 'Attic' })),
    });
    await review(client);
    for (const language of ['en', 'de'] as const) {
      useLanguage(language);
      await tick();
      const lines = screen.getAllByTestId('forecast-effect').map((line) => line.textContent ?? '');
      expect(lines).toHaveLength(codes.length);
      for (const line of lines) expect(line).not.toContain('undefined');
    }
  });

  it('does not look for a gateway that refused', async () => {
    const client = new Rehearsal();
    client.outlook = forecastView({ severity: 'moves', found_at: '192.168.7.1' });
    await review(client);
    client.failing.set('apply', failure('NotAuthorized', 'No.'));
    await click('apply');
    await screen.findByTestId('review-failure-what');
    expect(client.calls.some((call) => call.name === 'hunt')).toBe(false);
  });
});
