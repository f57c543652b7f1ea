import { screen, waitFor } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { failure, Rehearsal, UDN } from '../ipc/mock';
import { channelsView, lineTones, tones, trafficView } from '../ipc/mock-measure';
import { Measure, MOST_POINTS } from '../stores/measure.svelte';
import { expectAccessible } from '../test/axe';
import { click, openTree } from '../test/hands';
import { pictures } from './Measure/tones';

async function openMeasure(what: 'line' | 'channels' | 'traffic', client = new Rehearsal()): Promise<Rehearsal> {
  await openTree(client);
  await click('area-measure');
  await click(`measure-${what}`);
  return client;
}

function chart(id: string): HTMLElement {
  const found = screen.getAllByTestId('tones-chart').find((one) => one.dataset.chart === id);
  if (!found) throw new Error(`no chart ${id}`);
  return found;
}

describe('the tones of a line', () => {
  it('are drawn one chart a measure, with the numbers in words', async () => {
    await openMeasure('line');
    await screen.findByTestId('tones-line');
    expect(screen.getAllByTestId('tones-chart').map((one) => one.dataset.chart)).toEqual([
      'down-snr_db', 'down-bits', 'down-qln_dbm_hz', 'down-hlog_db', 'up-snr_db', 'up-qln_dbm_hz', 'up-hlog_db',
    ]);
    const picture = chart('down-snr_db').querySelector('svg');
    expect(picture?.getAttribute('aria-label')).toMatch(/Signal to noise.*from the provider.*dB on average/);
    expect(chart('down-snr_db').textContent).toContain('Tone 0');
    expect(chart('down-snr_db').textContent, 'groups of eight').toContain('512');
    await expectAccessible();
  });

  it('leave gaps where nothing was measured', async () => {
    await openMeasure('line');
    await screen.findByTestId('tones-line');
    const path = chart('down-snr_db').querySelector('path')?.getAttribute('d') ?? '';
    expect(path.match(/M/g), 'a band in two pieces').toHaveLength(2);
  });

  it('can be held and compared with what comes later', async () => {
    const client = await openMeasure('line');
    await screen.findByTestId('tones-line');
    await click('tones-hold');
    expect(screen.getByTestId('tones-hold')).toHaveProperty('disabled', true);
    client.tones = lineTones({ time: '2026-03-04T11:00:00Z', lines: [{ path: 'Device.DSL.Line.1.', down: tones(64, 12), up: tones(16) }] });
    await click('tones-read');
    await screen.findByTestId('tones-held');
    expect(chart('down-snr_db').querySelectorAll('path')).toHaveLength(2);
    expect(chart('down-snr_db').textContent).toMatch(/on average, before/);
    await click('tones-let-go');
    await waitFor(() => expect(chart('down-snr_db').querySelectorAll('path')).toHaveLength(1));
  });

  it('say that there are none, and what keeps them from being read', async () => {
    const client = new Rehearsal();
    client.tones = lineTones({ lines: [] });
    await openMeasure('line', client);
    await screen.findByTestId('tones-none');
    const empty = { group_size: 1, snr_db: [null], qln_dbm_hz: [], hlog_db: [], bits: [] };
    expect(pictures(lineTones({ lines: [{ path: 'x', down: empty, up: empty }] }), null), 'only gaps').toEqual([]);
  });

  it('can be read again after a failure', async () => {
    const client = new Rehearsal();
    client.failing.set('lineTones', failure('Unreachable', 'no answer'));
    await openMeasure('line', client);
    await screen.findByTestId('tones-failure');
    client.failing.clear();
    await click('tones-failure-retry');
    await screen.findByTestId('tones-line');
  });
});

describe('Wi-Fi channels', () => {
  it('show how crowded each is and where the own radio is', async () => {
    await openMeasure('channels');
    const bands = await screen.findAllByTestId('channels-band');
    expect(bands.map((one) => one.dataset.band)).toEqual(['2.4GHz', '5GHz']);
    expect(bands[0]?.textContent).toContain('its own channel: 6');
    const words = bands[0]?.querySelector('svg')?.getAttribute('aria-label') ?? '';
    expect(words).toContain('channel 6: 3 networks, the strongest -48 dBm, its own radio');
    expect(words).toContain('channel 4: 0 networks');
    await expectAccessible();
  });

  it('lead to the look around that was not made yet', async () => {
    const client = new Rehearsal();
    client.channels = channelsView({ looked_at: null, bands: [] });
    await openMeasure('channels', client);
    await screen.findByTestId('channels-none');
    expect(screen.getByTestId('channels-when').textContent).toContain('has not looked around');
    await click('channels-look');
    await waitFor(() => expect(screen.getByTestId('test-name').textContent).toContain('Wi-Fi'));
    expect(client.calls.some((call) => call.name === 'runTest'), 'nothing is started').toBe(false);
  });
});

describe('traffic', () => {
  it('is followed while somebody looks, with gaps where the gateway was silent', async () => {
    const client = await openMeasure('traffic');
    await screen.findByTestId('traffic-loading');
    client.emit({ kind: 'traffic', udn: UDN, news: { kind: 'rates', rates: trafficView(8_000_000) } });
    const [row] = await screen.findAllByTestId('traffic-row');
    expect(row?.textContent).toMatch(/wan[\s\S]*8 Mbit\/s[\s\S]*1\.2 Mbit\/s/);
    client.emit({ kind: 'traffic', udn: UDN, news: { kind: 'silent', time: '2026-03-04T10:11:14Z' } });
    await screen.findByTestId('traffic-silent');
    expect(row?.textContent).toContain('not known');
    client.emit({ kind: 'traffic', udn: UDN, news: { kind: 'rates', rates: trafficView(900, { time: '2026-03-04T10:11:18Z' }) } });
    await waitFor(() => expect(screen.queryByTestId('traffic-silent')).toBeNull());
    expect(row?.querySelectorAll('.gap').length).toBeGreaterThan(0);
    await expectAccessible();
    await click('area-status');
    await waitFor(() => expect(client.calls.some((call) => call.name === 'unwatchTraffic')).toBe(true));
  });

  it('says what ends it, and goes on when asked', async () => {
    const client = new Rehearsal();
    client.failing.set('watchTraffic', failure('NotAuthorized', 'needs a role', { kind: { type: 'needs_role', roles: ['Basic'], held: [], restricted: [], cures: [] } as never }));
    await openMeasure('traffic', client);
    await screen.findByTestId('traffic-failure');
    client.failing.clear();
    await click('traffic-failure-retry');
    await screen.findByTestId('traffic-loading');
  });

  it('keeps only so many readings', () => {
    const measure = new Measure(new Rehearsal(), UDN);
    for (let at = 0; at < MOST_POINTS + 50; at += 1) measure.news({ kind: 'rates', rates: trafficView(at) });
    expect(measure.rates[0]?.points).toHaveLength(MOST_POINTS);
    expect(measure.rates[0]?.points.at(-1)?.received).toBe(MOST_POINTS + 49);
  });
});
