import { render, screen, waitFor, within } from '@testing-library/svelte';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import App from '../App.svelte';
import { useLanguage } from '../i18n/index.svelte';
import type { FindingCode } from '../ipc/bindings';
import { failure, gatewayView, Rehearsal } from '../ipc/mock';
import { doctorView, finding } from '../ipc/mock-doctor';
import { Preferences } from '../stores/preferences.svelte';
import { click } from '../test/hands';
import { advice, asText, sentence } from './Neighbours/findings';

/** Every code the program can send, read from the generated bindings. */
function codes(): FindingCode[] {
  const bindings = readFileSync(join(import.meta.dirname, '../ipc/bindings.ts'), 'utf8');
  const union = /export type FindingCode =([\s\S]*?);/.exec(bindings)?.[1] ?? '';
  return [...union.matchAll(/^"(\w+)"/gm)].map((match) => match[1] as FindingCode);
}

function empty(): Rehearsal {
  const client = new Rehearsal();
  client.discovery.devices = [];
  return client;
}

async function open(client = empty(), button = 'why-nothing') {
  render(App, { client, preferences: new Preferences() });
  await click(button);
  return client;
}

describe('the sentences of the check', () => {
  const full = {
    adapters: ['eth0', 'wlan0'],
    other_adapters: ['eth1'],
    addresses: ['192.168.1.9'],
    gateway: '192.168.1.1',
    programs: ['ufw'],
    devices: ['Attic'],
    count: 2,
    detail: 'not permitted',
  };

  it.each(['en', 'de'] as const)('exist for every code (%s)', (language) => {
    useLanguage(language);
    const view = doctorView();
    expect(codes().length).toBeGreaterThan(20);
    for (const code of codes()) {
      for (const facts of [full, { ...full, count: 1, other_adapters: [], programs: [], addresses: [] }]) {
        const one = finding(code, 'problem', facts);
        const words = `${sentence(one, view)} ${advice(one, view) ?? ''}`;
        expect(words, code).toMatch(/^\S.*\.\S*\s*$/);
        expect(words, code).not.toMatch(/undefined|[{}]/);
      }
    }
  });

  it('name programs nobody may see in the language in use', () => {
    const holders = [{ address: '0.0.0.0', program: null, pid: null }];
    const view = doctorView({ port_holders: holders });
    const one = finding('port_shared', 'ok', { programs: ['a program of another user'] });
    useLanguage('de');
    expect(sentence(one, view)).toContain('ein Programm eines anderen Benutzers');
  });

  it('make a text to hand on', () => {
    const text = asText(doctorView(), 'Why do I see nothing?', '0.1.0');
    expect(text).toContain('Problem: The router 192.168.1.1 answers directly.');
    expect(text).toContain('wlp2s0 (Wi-Fi) fd00::20. Sent: no (Network is unreachable (os error 101))');
    expect(text).toContain('enp3s0 (Cable). Left out: not connected');
    expect(text).toContain('Lanside 0.1.0');
  });
});

describe('why do I see nothing?', () => {
  it('says what is being checked while it runs', async () => {
    const client = empty();
    client.whyNothing = () => new Promise(() => undefined);
    await open(client);
    expect((await screen.findByTestId('doctor-busy')).textContent).toContain('about four seconds');
    expect(screen.getByTestId('doctor-again')).toHaveProperty('disabled', true);
    expect(screen.getByTestId('doctor-copy')).toHaveProperty('disabled', true);
    await click('doctor-close');
    expect(screen.queryByTestId('doctor-dialog')).toBeNull();
  });

  it('shows problems, the worst first, with what to do', async () => {
    await open();
    expect((await screen.findByTestId('doctor-headline')).textContent).toBe('2 things stand in the way');
    const found = screen.getAllByTestId('finding').map((one) => [one.dataset.severity, one.dataset.code]);
    expect(found).toEqual([
      ['problem', 'gateway_answers_unicast_only'],
      ['problem', 'nobody_answered'],
      ['hint', 'vpn_up'],
      ['ok', 'multicast_works'],
    ]);
    const table = within(screen.getByTestId('doctor-table'));
    const cells = (line: HTMLElement) => [...line.querySelectorAll('td')].map((cell) => cell.textContent.trim());
    expect(table.getAllByTestId('adapter-line').map((line) => cells(line).join(' '))).toEqual([
      expect.stringContaining('wlp2s0 Wi-Fi 192.168.1.20 yes yes 0'),
      expect.stringContaining('fd00::20 no no 0'),
      expect.stringContaining('Left out: other adapters were named at the start'),
      expect.stringContaining('Left out: not connected'),
      expect.stringContaining('Left out: leads to this computer only'),
    ]);
  });

  it('leads to the address it found', async () => {
    await open();
    await click('finding-add');
    expect(((await screen.findByTestId('add-address')) as HTMLInputElement).value).toBe('192.168.1.1');
    expect(screen.queryByTestId('doctor-dialog')).toBeNull();
    await click('dialog-close');
    await click('add-by-address');
    expect(((await screen.findByTestId('add-address')) as HTMLInputElement).value).toBe('');
  });

  it('says when nothing is wrong', async () => {
    const client = empty();
    client.doctor = doctorView({ findings: [finding('multicast_works', 'ok', { adapters: ['wlp2s0'] })] });
    await open(client);
    expect((await screen.findByTestId('doctor-headline')).textContent).toBe('Nothing stands in the way');
    expect(screen.getByTestId('doctor').textContent).toContain('Search again, or add the gateway');
  });

  it('calls a hint a hint', async () => {
    const client = empty();
    client.doctor = doctorView({ findings: [finding('vpn_up', 'hint', { adapters: ['tun0'] })] });
    await open(client);
    expect((await screen.findByTestId('doctor-headline')).textContent).toBe('Nothing is broken; this may matter');
  });

  it('fails with what and why, and runs again', async () => {
    const client = empty();
    client.failing.set('whyNothing', failure('Usage', 'There is no adapter eth9.'));
    await open(client);
    expect((await screen.findByTestId('doctor-failure-why')).textContent).toBe('There is no adapter eth9.');
    client.failing.clear();
    await click('doctor-again');
    await screen.findByTestId('doctor-headline');
    expect(client.calls.filter((call) => call.name === 'whyNothing')).toHaveLength(2);
  });

  it('copies what it shows', async () => {
    const writeText = vi.fn(() => Promise.resolve());
    vi.stubGlobal('navigator', { ...navigator, clipboard: { writeText }, languages: ['en'] });
    await open();
    await screen.findByTestId('doctor-headline');
    await click('doctor-copy');
    await waitFor(() => expect(screen.getByTestId('doctor-copy').textContent?.trim()).toBe('Copied'));
    expect(writeText).toHaveBeenCalledWith(expect.stringContaining('Nobody answered the search on wlp2s0.'));
    vi.unstubAllGlobals();
  });

  it('asks quietly when something was found', async () => {
    const client = new Rehearsal();
    client.discovery.devices = [gatewayView()];
    await open(client, 'gateway-missing');
    expect((await screen.findByTestId('doctor-dialog')).textContent).toContain('Is a gateway missing?');
  });
});
