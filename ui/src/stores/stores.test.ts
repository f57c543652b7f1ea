import { describe, expect, it } from 'vitest';
import { failure, gatewayView, Rehearsal, UDN } from '../ipc/mock';
import { asFailure, failureWords } from '../ipc/errors';
import { useLanguage } from '../i18n/index.svelte';
import { Desk } from './desk.svelte';
import { OpenGateway } from './gateway.svelte';
import { Pairing } from './pairing.svelte';
import { Preferences } from './preferences.svelte';
import { Restart } from './restart.svelte';
import { keyOf, parentOf, Tree } from './tree.svelte';

const SSID = '/BBF/WiFi/SSID/0/SSID';

async function opened(client = new Rehearsal()): Promise<OpenGateway> {
  const gateway = new OpenGateway(client, UDN);
  await gateway.open();
  return gateway;
}

const paths = (tree: Tree) => tree.rows.map((row) => row.id);

describe('the neighbours', () => {
  it('come in one list, whichever way they arrive', async () => {
    const client = new Rehearsal();
    const desk = new Desk(client, new Preferences());
    await desk.start();
    expect(desk.neighbours.list.map((one) => one.udn)).toEqual([UDN]);
    const interfaces = [{ name: 'wlan0', address: '192.0.2.7', left_out: null }];
    client.emit({ kind: 'interfaces_changed', interfaces });
    expect(desk.neighbours.interfaces).toEqual(interfaces);
    client.emit({ kind: 'gateway_found', gateway: gatewayView({ friendly_name: 'Renamed' }) });
    expect(desk.nameOf(UDN)).toBe('Renamed');
    expect(desk.neighbours.list).toHaveLength(1);
  });

  it('put gateways that can be managed first and silent ones last', async () => {
    const client = new Rehearsal();
    client.discovery.devices = [
      gatewayView({ udn: 'a', kind: 'other' }),
      gatewayView({ udn: 'b', state: 'silent' }),
      gatewayView({ udn: 'c', state: 'new' }),
    ];
    const desk = new Desk(client, new Preferences());
    await desk.start();
    expect(desk.neighbours.shown.map((one) => one.udn)).toEqual(['c', 'b', 'a']);
  });

  it('tell a failed search and can be asked again', async () => {
    const client = new Rehearsal();
    client.failing.set('discover', failure('Unreachable', 'no adapter'));
    const desk = new Desk(client, new Preferences());
    await desk.start();
    expect(desk.neighbours.failure?.code).toBe('Unreachable');
    expect(desk.neighbours.searching).toBe(false);
    client.failing.clear();
    await desk.neighbours.search();
    expect(desk.neighbours.failure).toBeNull();
    expect(desk.neighbours.list).toHaveLength(1);
  });
});

describe('the tree', () => {
  it('opens its main root and reads one level at a time', async () => {
    const client = new Rehearsal();
    const gateway = await opened(client);
    expect(paths(gateway.tree)).toContain('/BBF/WiFi/');
    expect(paths(gateway.tree)).not.toContain(SSID);
    const asked = client.calls.filter((call) => call.name === 'children').length;
    await gateway.tree.expand('/BBF/WiFi/');
    await gateway.tree.toggle('/BBF/WiFi/');
    await gateway.tree.toggle('/BBF/WiFi/');
    expect(client.calls.filter((call) => call.name === 'children')).toHaveLength(asked + 1);
  });

  it('reveals a node below closed branches', async () => {
    const gateway = await opened();
    await gateway.tree.reveal(SSID);
    expect(gateway.tree.selected).toBe(SSID);
    expect(paths(gateway.tree)).toContain(SSID);
    expect(gateway.tree.nodeAt(SSID)?.value).toBe('Hallway');
  });

  it('keeps a failed branch beside those that were read', async () => {
    const client = new Rehearsal();
    const gateway = await opened(client);
    client.failing.set('children', failure('NotAuthorized', 'no'));
    await gateway.tree.expand('/BBF/WiFi/');
    expect(gateway.tree.rows.some((row) => row.kind === 'failed')).toBe(true);
    client.failing.clear();
    await gateway.tree.load('/BBF/WiFi/');
    expect(gateway.tree.rows.some((row) => row.kind === 'failed')).toBe(false);
  });

  it('knows parents in either spelling', () => {
    expect(parentOf('/BBF/WiFi/')).toBe('/BBF');
    expect(parentOf('/BBF/WiFi/Reset')).toBe('/BBF/WiFi');
    expect(parentOf('/BBF/')).toBe('');
    expect(keyOf('/BBF/')).toBe(keyOf('/BBF'));
  });

  it('flattens 20,000 rows within a frame or two', async () => {
    const client = new Rehearsal({ answer: 0, step: 0 }, 20_000);
    const tree = new Tree(client, UDN);
    await tree.start();
    await tree.expand('/BBF/Hosts/');
    const began = performance.now();
    expect(tree.rows.length).toBeGreaterThan(5);
    expect(performance.now() - began).toBeLessThan(200);
  }, 60_000);
});

describe('the draft', () => {
  it('collects edits, sends nothing, and is emptied by Apply', async () => {
    const client = new Rehearsal();
    const gateway = await opened(client);
    gateway.select(SSID);
    await gateway.stage(SSID, 'Attic');
    expect(gateway.draft.count).toBe(1);
    expect(gateway.details?.node.draft).toBe('Attic');
    expect(client.calls.some((call) => call.name === 'apply')).toBe(false);

    await gateway.draft.review();
    expect(gateway.draft.phase).toBe('ready');
    await gateway.apply();
    expect(gateway.draft.phase).toBe('done');
    expect(gateway.draft.result?.changes[0]).toMatchObject({ old: 'Hallway', new: 'Attic', verified: true });
    expect(gateway.draft.count).toBe(0);
  });

  it('says what differs after reading back', async () => {
    const client = new Rehearsal();
    client.stubborn.add(SSID);
    const gateway = await opened(client);
    await gateway.stage(SSID, 'Attic');
    await gateway.draft.review();
    await gateway.apply();
    expect(gateway.draft.result?.changes[0]).toMatchObject({ state: 'differs', read_back: 'Hallway' });
  });

  it('stays when the gateway refuses, and the review stays open', async () => {
    const client = new Rehearsal();
    const gateway = await opened(client);
    await gateway.stage(SSID, 'Attic');
    await gateway.draft.review();
    client.failing.set('apply', failure('NotAuthorized', 'needs Admin', { upnp_code: 606 }));
    await gateway.apply();
    expect(gateway.draft.phase).toBe('ready');
    expect(gateway.draft.failure?.upnp_code).toBe(606);
    expect(gateway.draft.count).toBe(1);
  });

  it('is not applied without a review', async () => {
    const client = new Rehearsal();
    const gateway = await opened(client);
    await gateway.stage(SSID, 'Attic');
    await gateway.apply();
    expect(client.calls.some((call) => call.name === 'apply')).toBe(false);
  });

  it('takes the push of another window', async () => {
    const client = new Rehearsal();
    const desk = new Desk(client, new Preferences());
    await desk.start();
    await desk.open(UDN);
    client.emit({ kind: 'draft_changed', draft: { udn: UDN, edits: [], ready: false } });
    expect(desk.gateway?.draft.count).toBe(0);
  });
});

describe('a pairing', () => {
  it('tells its steps and ends with roles', async () => {
    const client = new Rehearsal();
    const desk = new Desk(client, new Preferences());
    await desk.start();
    desk.startPairing(UDN);
    const pairing = desk.pairing as Pairing;
    await pairing.meet();
    await pairing.usePin('1234-5670');
    expect(pairing.phase).toBe('paired');
    expect(pairing.passed).toEqual(['connecting', 'greeting', 'proving_first_half', 'proving_second_half', 'reading_roles']);
    expect(pairing.result?.roles).toEqual(['Admin']);
  });

  it('stops at the step that failed', async () => {
    const client = new Rehearsal();
    const desk = new Desk(client, new Preferences());
    await desk.start();
    desk.startPairing(UDN);
    const pairing = desk.pairing as Pairing;
    await pairing.meet();
    await pairing.usePin('00000000');
    expect(pairing.phase).toBe('failed');
    expect(pairing.step).toBe('proving_first_half');
    await pairing.again();
    expect(pairing.phase).toBe('asking');
  });

  it('keeps the PIN nowhere', async () => {
    const client = new Rehearsal();
    const pairing = new Pairing(client, UDN);
    await pairing.meet();
    await pairing.usePin('12345670');
    expect(JSON.stringify(pairing, Object.keys(pairing))).not.toContain('12345670');
    expect(JSON.stringify({ passed: pairing.passed, result: pairing.result })).not.toContain('12345670');
  });
});

describe('a restart', () => {
  it('counts each phase once', async () => {
    const client = new Rehearsal();
    const restart = new Restart(client, UDN);
    await client.onEvent((event) => {
      if (event.kind === 'reboot_progress') {
        restart.progress(event.step);
        restart.progress(event.step);
      }
    });
    await restart.run();
    expect(restart.phase).toBe('back');
    expect(restart.steps.map((step) => step.phase)).toEqual([
      'sent', 'gone', 'announced', 'reachable', 'secured', 'verified',
    ]);
  });
});

describe('the search', () => {
  it('says how much it looked through', async () => {
    const client = new Rehearsal();
    const gateway = await opened(client);
    await gateway.loadSubtree();
    gateway.search('ssid hallway');
    await new Promise((done) => setTimeout(done, 120));
    expect(gateway.searchView?.matches).toBe(1);
    expect(gateway.searchView?.searched).toBe(gateway.searchView?.total);
    gateway.search('');
    expect(gateway.searchView).toBeNull();
  });
});

describe('failures in words', () => {
  it('name the gateway and use the exact sentence in English', () => {
    const words = failureWords(failure('Unreachable', 'No answer within 10 seconds.'), 'Attic');
    expect(words.what).toBe('Attic does not answer');
    expect(words.why).toBe('It may be off, restarting, or on another network.');
    expect(words.detail).toBe('No answer within 10 seconds.');
    expect(failureWords(failure('Usage', 'It is read-only.'), 'Attic').why).toBe('It is read-only.');
    expect(words.cure).toBe('retry');
  });

  it('explain in German and keep the English sentence for support', () => {
    useLanguage('de');
    const words = failureWords(failure('ActionRefused', 'The gateway refused: 706.', { upnp_code: 706 }), 'Attic');
    expect(words.what).toBe('Attic hat abgelehnt');
    expect(words.why).not.toContain('refused');
    expect(words.detail).toContain('The gateway refused: 706.');
    expect(words.detail).toContain('706');
  });

  it('take anything that was thrown', () => {
    expect(asFailure(new Error('boom'))).toMatchObject({ code: 'Internal', detail: 'boom' });
    expect(asFailure({ code: 'Usage', message: 'no' })).toMatchObject({ code: 'Usage', upnp_code: null });
  });
});

describe('the preferences', () => {
  it('are remembered and shown', () => {
    const first = new Preferences();
    first.setTheme('dark');
    first.setLanguage('de');
    expect(document.documentElement.dataset.theme).toBe('dark');
    expect(document.documentElement.lang).toBe('de');
    expect(new Preferences().theme).toBe('dark');
    localStorage.setItem('lanside.theme', 'purple');
    expect(new Preferences().theme).toBe('system');
  });
});
