import { screen, waitFor } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { useLanguage } from '../i18n/index.svelte';
import { failure, Rehearsal } from '../ipc/mock';
import { snapshotHead } from '../ipc/mock-keep';
import { expectAccessible } from '../test/axe';
import { click, openTree, type } from '../test/hands';
import { lines } from './Restart/timeline';

async function restart(client = new Rehearsal()): Promise<Rehearsal> {
  await openTree(client);
  await click('restart');
  return client;
}

async function askReset(client = new Rehearsal()): Promise<Rehearsal> {
  await restart(client);
  await click('restart-reset');
  await screen.findByTestId('reset-lost');
  return client;
}

async function reset(client = new Rehearsal()): Promise<Rehearsal> {
  await askReset(client);
  await type('reset-name', 'Hallway gateway');
  await click('reset-confirm');
  return client;
}

function sent(client: Rehearsal, name: string) {
  return client.calls.filter((call) => call.name === name).map((call) => call.args);
}

async function phase(wanted: string) {
  await waitFor(() => expect(screen.getByTestId('reset-body').dataset.phase).toBe(wanted));
}

describe('a restart', () => {
  it('tells before what is usual, and sends nothing when it is left', async () => {
    const client = await restart();
    expect((await screen.findByTestId('restart-usual')).textContent).toContain('74 s');
    await expectAccessible();
    expect(sent(client, 'reboot')).toEqual([]);
  });

  it('draws what came besides: later, the goodbye, values that differ, the draft that was kept', async () => {
    const client = new Rehearsal();
    client.restartPhases = ['sent', 'deferred', 'goodbye', 'gone', 'announced', 'reachable', 'secured', 'differs'];
    const differing = [{ path: 'Device.WiFi.SSID.1.SSID', expected: 'Attic', found: 'Hallway' }];
    client.restarted = { later: true, differing, checked: 3, moved_to: '192.168.1.9', draft_count: 2 };
    await restart(client);
    await click('restart-confirm');
    await screen.findByTestId('restart-done');
    for (const step of ['deferred', 'goodbye', 'differs']) {
      expect(screen.getByTestId(`restart-step-${step}`).dataset.state, step).toBe('done');
    }
    expect(screen.queryByTestId('restart-step-verified'), 'it ended otherwise').toBeNull();
    expect(screen.getByTestId('restart-step-announced').textContent).toContain('start number 13');
    expect(screen.getByTestId('restart-differing').textContent).toMatch(/1 of 3 values[\s\S]*SSID[\s\S]*Attic[\s\S]*Hallway/);
    expect(screen.getByTestId('restart-moved').textContent).toContain('192.168.1.9');
    expect(screen.getByTestId('restart-draft').textContent).toContain('2 changes still wait');
    await expectAccessible();
  });

  it('shows how far it got when it fails', async () => {
    const client = new Rehearsal();
    await restart(client);
    client.failing.set('reboot', failure('Unreachable', 'It has not come back.', { kind: { type: 'not_restarted', later: false, seconds: 300 } }));
    const dialog = await screen.findByTestId('restart-dialog');
    await click('restart-confirm');
    await screen.findByTestId('restart-failure');
    client.emit({
      kind: 'reboot_progress',
      udn: client.discovery.devices[0]?.udn ?? '',
      step: { time: '', phase: 'sent', seconds: 0.1, boot_id: null, address: null },
    });
    await waitFor(() => expect(screen.getByTestId('restart-step-sent').dataset.state).toBe('done'));
    expect(screen.getByTestId('restart-step-gone').dataset.state).toBe('failed');
    expect(dialog.isConnected).toBe(true);
  });

  it('knows that a gateway which is back was away, even if its goodbye was not heard', () => {
    const reached = [{ time: '', phase: 'reachable' as const, seconds: 9, boot_id: null, address: '192.0.2.4' }];
    const shown = lines({ name: 'X', reached, goal: 'verified', elapsed: 10, state: 'running' });
    expect(shown.map((step) => `${step.id} ${step.state}`)).toEqual([
      'sent done', 'gone done', 'announced done', 'reachable done', 'secured active', 'verified waiting',
    ]);
    expect(shown[3]?.aside).toBe('at 192.0.2.4 · 9.0 s');
  });
});

describe('a factory reset', () => {
  it('says what is lost and goes on only with the name', async () => {
    const client = await askReset();
    expect(screen.getByTestId('reset-lost').textContent).toContain('PIN on its label');
    expect(screen.getByTestId('reset-confirm')).toHaveProperty('disabled', true);
    await type('reset-name', 'Hallway');
    expect(screen.getByTestId('reset-confirm')).toHaveProperty('disabled', true);
    await expectAccessible();
    expect(sent(client, 'saveSnapshot').concat(sent(client, 'reset'))).toEqual([]);
  });

  it('saves first, shows the phases, then pairs again and offers what was saved', async () => {
    const client = await reset();
    await phase('ended');
    expect(client.calls.map((call) => call.name).filter((name) => name === 'saveSnapshot' || name === 'reset')).toEqual(['saveSnapshot', 'reset']);
    expect(sent(client, 'reset')[0]?.[1]).toBe('Hallway gateway');
    expect(screen.getByTestId('reset-step-goodbye').dataset.state).toBe('done');
    expect(screen.getByTestId('reset-end').textContent).toContain('does not know this computer any more');
    expect(screen.getByTestId('reset-snapshot').textContent).toContain('4 Mar 2026');
    await expectAccessible();
    await click('reset-pair');
    await type('pin-input', '12345670');
    await click('pair-submit');
    await click('pairing-done');
    await click('restore-offer-yes');
    await waitFor(() => expect(sent(client, 'restore')).toHaveLength(1));
    await waitFor(() => expect(screen.queryByTestId('restore-offer')).toBeNull());
  });

  it('takes another certificate as usual, and pairs in its place', async () => {
    const client = new Rehearsal();
    client.resetPhases = ['sent', 'gone', 'announced', 'reachable', 'new_certificate'];
    client.cameBack = { end: 'other_certificate' };
    await reset(client);
    await phase('ended');
    expect(screen.getByTestId('reset-step-new_certificate').dataset.state).toBe('done');
    expect(screen.queryByTestId('reset-step-secured')).toBeNull();
    await click('reset-pair');
    await type('pin-input', '12345670');
    await click('pair-submit');
    await screen.findByTestId('pairing-done');
    expect(sent(client, 'pair')[0]?.[1]).toMatchObject({ replace_certificate: true });
  });

  it('tells one that comes back under another UDN, and pairs with that one', async () => {
    const client = new Rehearsal();
    client.resetPhases = ['sent', 'gone', 'announced', 'reachable'];
    const successor = {
      udn: 'uuid:00000000-0000-4000-8000-00000000abcd',
      friendly_name: 'Hallway gateway',
      model: 'Example Box 7',
      serial_number: 'EX1234',
      address: '192.0.2.1',
    };
    client.cameBack = { back: false, end: 'other_udn', successor };
    await reset(client);
    await phase('ended');
    expect(screen.getByTestId('reset-end').textContent).toContain('new identifier');
    expect(screen.getByTestId('reset-successor').textContent).toContain('probably Hallway gateway');
    expect(screen.getByTestId('reset-body').textContent).toContain('Serial number EX1234');
    await expectAccessible();
    await click('reset-pair');
    await waitFor(() => expect(sent(client, 'firstContact').at(-1)?.[0]).toBe(successor.udn));
  });

  it('says when nothing was reset, and offers it again', async () => {
    const client = new Rehearsal();
    client.cameBack = { end: 'access_kept', values_kept: true };
    await reset(client);
    await phase('ended');
    expect(screen.getByTestId('reset-dialog').textContent).toContain('has kept its settings');
    expect(screen.queryByTestId('reset-snapshot')).toBeNull();
    await click('reset-again');
    expect(screen.getByTestId('reset-name')).toHaveProperty('value', 'Hallway gateway');
  });

  it('warns of a gateway that answers without protection, and sends it nothing', async () => {
    const client = new Rehearsal();
    client.cameBack = { end: 'unprotected' };
    await reset(client);
    await phase('ended');
    expect(screen.getByTestId('reset-end').textContent).toContain('without protection');
    expect(screen.queryByTestId('reset-pair')).toBeNull();
  });

  it('erases nothing that could not be saved, and keeps what was typed', async () => {
    const client = await askReset();
    client.failing.set('saveSnapshot', failure('Unreachable', 'no answer'));
    await type('reset-name', 'Hallway gateway');
    await click('reset-confirm');
    await screen.findByTestId('reset-failure');
    expect(sent(client, 'reset')).toEqual([]);
    await click('reset-failure-retry');
    expect(screen.getByTestId('reset-name')).toHaveProperty('value', 'Hallway gateway');
  });

  it('does without a snapshot when told so, and names the last one', async () => {
    const client = new Rehearsal();
    client.saved = [snapshotHead(5)];
    await askReset(client);
    expect(screen.getByTestId('reset-body').textContent).toContain('last saved on 1 Mar 2026');
    await click('reset-save-first');
    await type('reset-name', 'Hallway gateway');
    await click('reset-confirm');
    await phase('ended');
    expect(sent(client, 'saveSnapshot')).toEqual([]);
    expect(sent(client, 'reset')[0]?.[2]).toMatchObject({ id: 5 });
  });

  it('is not asked for where it is not offered', async () => {
    const client = new Rehearsal();
    client.failing.set('resetPlan', failure('ActionRefused', 'It offers no BaselineReset.', { kind: { type: 'not_offered', what: 'BaselineReset' } }));
    await restart(client);
    await click('restart-reset');
    await screen.findByTestId('reset-failure');
    expect(screen.queryByTestId('reset-confirm')).toBeNull();
  });

  it('speaks German', async () => {
    await askReset();
    useLanguage('de');
    await waitFor(() => expect(screen.getByTestId('reset-lost').textContent).toContain('Verloren gehen'));
  });
});
