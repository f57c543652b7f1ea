import { fireEvent, render, screen, waitFor } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import App from '../App.svelte';
import { failure, gatewayView, Rehearsal, UDN } from '../ipc/mock';
import { RECIPE, recipeResult, traceEntry } from '../ipc/mock-support';
import { Conversation, KEPT } from '../stores/conversation.svelte';
import { Preferences } from '../stores/preferences.svelte';
import { expectAccessible } from '../test/axe';
import { click, type } from '../test/hands';

const THREE = [UDN, 'uuid:2', 'uuid:3'];

async function tool(name: string, client = new Rehearsal()) {
  client.discovery.devices = [
    gatewayView(),
    gatewayView({ udn: 'uuid:2', friendly_name: 'Gateway 2' }),
    gatewayView({ udn: 'uuid:3', friendly_name: 'Gateway 3' }),
  ];
  render(App, { client, preferences: new Preferences() });
  await screen.findAllByTestId('gateway-row');
  await click(`tool-${name}`);
  return client;
}

async function choose(id: string, name: string, text: string) {
  const file = new File([text], name);
  file.text = async () => text;
  await fireEvent.change(await screen.findByTestId(`${id}-input`), { target: { files: [file] } });
}

const texts = (id: string) => screen.queryAllByTestId(id).map((one) => one.textContent ?? '');

describe('messages', () => {
  it('read as a conversation, with what was forgiven and what failed', async () => {
    await tool('trace');
    await waitFor(() => expect(texts('trace-row')).toHaveLength(10));
    expect(texts('trace-forgiven')[0]).toContain('1 forgiven');
    expect(screen.getByTestId('trace-count').textContent).toContain('10 messages');
    await expectAccessible();
    await fireEvent.click(screen.getAllByTestId('trace-row')[5] as HTMLElement);
    const details = await screen.findByTestId('trace-details');
    expect(details.textContent).toContain('/BBF/WiFi/SSID/0/SSID');
    expect(screen.getByTestId('trace-curl').textContent).toContain('#GetValues');
    await expectAccessible();
    await click('trace-partner');
    await waitFor(() => expect(screen.getByTestId('trace-details').textContent).toContain('12.4 ms'));
  });

  it('are searched, narrowed and cleared', async () => {
    const client = await tool('trace');
    await waitFor(() => expect(texts('trace-row')).toHaveLength(10));
    await type('trace-search', 'setvalues 701');
    await waitFor(() => expect(texts('trace-row')).toHaveLength(1));
    await type('trace-search', '');
    await click('trace-layer-soap');
    await waitFor(() => expect(texts('trace-row')).toHaveLength(6));
    await click('trace-layer-soap');
    await fireEvent.click(screen.getByTestId('trace-trouble'));
    await waitFor(() => expect(texts('trace-row')).toHaveLength(2));
    await type('trace-search', 'zzz');
    expect((await screen.findByTestId('trace-empty')).textContent).toContain('No message fits');
    await click('trace-forget');
    await waitFor(() => expect(screen.getByTestId('trace-empty').textContent).toContain('Nothing was said yet'));
    expect(client.calls.some((call) => call.name === 'forgetConversation')).toBe(true);
  });

  it('say what failed, and that older ones are gone', async () => {
    const client = new Rehearsal();
    client.forgotten = 1200;
    client.failing.set('conversation', failure('Internal', 'gone'));
    await tool('trace', client);
    await screen.findByTestId('trace-failure');
    client.failing.clear();
    await click('trace-failure-retry');
    await waitFor(() => expect(screen.getByTestId('trace-count').textContent).toContain('1,200 older ones'));
  });

  it('stay within bounds', async () => {
    const client = new Rehearsal();
    client.messages = Array.from({ length: KEPT + 50 }, (_, number) => traceEntry(number));
    const conversation = new Conversation(client);
    await conversation.load();
    expect(conversation.entries).toHaveLength(KEPT);
    expect(conversation.entries[0]?.number).toBe(50);
  });
});

describe('a recipe', () => {
  async function filled(client = new Rehearsal()) {
    await tool('recipes', client);
    await choose('recipe-file', 'first.toml', RECIPE);
    await screen.findByTestId('recipe-name');
    await type('recipe-var-wifi-name', 'Attic');
    await type('recipe-var-wifi-password', 'correct horse');
    for (const udn of THREE) await click(`recipe-gateway-${udn}`);
    return client;
  }

  it('that is wrong shows the line and the column', async () => {
    const client = await tool('recipes');
    await choose('recipe-file', 'broken.toml', 'format = 1\nwrong = "x"\n');
    expect((await screen.findByTestId('recipe-problem')).textContent).toContain('broken.toml, line 2, column 3');
    expect(screen.getByTestId('recipe-problem').textContent).toContain('wrong = "x"');
    await expectAccessible();
    expect(client.calls.some((call) => call.name === 'planRecipe')).toBe(false);
  });

  it('that is too long is not read', async () => {
    const client = await tool('recipes');
    await choose('recipe-file', 'film.toml', 'x'.repeat(300_000));
    await screen.findByTestId('recipe-too-long');
    expect(client.calls.some((call) => call.name === 'readRecipe')).toBe(false);
  });

  it('says what is missing before it compares', async () => {
    await tool('recipes');
    await choose('recipe-file', 'first.toml', RECIPE);
    expect((await screen.findByTestId('recipe-why')).textContent).toContain('2 answers are missing');
    await type('recipe-var-wifi-name', 'Attic');
    await type('recipe-var-wifi-password', 'short');
    expect(screen.getByTestId('recipes-page').textContent).toContain('Between 8 and 63 characters.');
    expect((screen.getByTestId('recipe-compare') as HTMLButtonElement).disabled).toBe(true);
  });

  it('runs on three gateways, and each says how it ended', async () => {
    const client = new Rehearsal();
    client.planned = (udn) =>
      udn === 'uuid:3'
        ? recipeResult(udn, { outcome: 'not_for_it', changes: [], failure: failure('Usage', 'the recipe is not for Gateway 3: no Wi-Fi') })
        : recipeResult(udn);
    await filled(client);
    await click('recipe-compare');
    await waitFor(() => expect(screen.getAllByTestId('recipe-result')).toHaveLength(3));
    await expectAccessible();
    expect(screen.getByTestId('recipe-run').textContent).toContain('Apply 4 changes to 2 gateways');
    expect(client.calls.some((call) => call.name === 'runRecipe')).toBe(false);
    await fireEvent.click(screen.getAllByTestId('recipe-result-head')[0] as HTMLElement);
    expect(texts('recipe-change')[0]).toContain('Attic');
    expect(texts('recipe-change')[1]).not.toContain('correct horse');
    await click('recipe-run');
    await waitFor(() => expect(screen.getByTestId('recipe-results').dataset.phase).toBe('done'));
    expect(screen.getAllByTestId('recipe-result').map((one) => one.dataset.outcome)).toEqual(['changed', 'changed', 'not_for_it']);
    expect(screen.getByTestId('recipe-notes').textContent).toContain('Put the Wi-Fi card');
    expect((screen.getByTestId('recipe-var-wifi-password') as HTMLInputElement).value).toBe('');
    await expectAccessible();
  });

  it('is not run without a word when the way may be lost, nor after an answer changed', async () => {
    const client = new Rehearsal();
    client.planned = (udn) =>
      recipeResult(udn, { forecast: { severity: 'cut_off', effects: [], found_at: null, own_address: null, attached_to: null } });
    await filled(client);
    await click('recipe-compare');
    await screen.findByTestId('recipe-accept');
    expect((screen.getByTestId('recipe-run') as HTMLButtonElement).disabled).toBe(true);
    await fireEvent.click(screen.getByTestId('recipe-accept'));
    expect((screen.getByTestId('recipe-run') as HTMLButtonElement).disabled).toBe(false);
    await type('recipe-var-wifi-name', 'Cellar');
    await waitFor(() => expect(screen.queryByTestId('recipe-run')).toBeNull());
  });

  it('says what failed', async () => {
    const client = new Rehearsal();
    client.failing.set('planRecipe', failure('Usage', 'nobody asked for x'));
    await filled(client);
    await click('recipe-compare');
    await screen.findByTestId('recipe-failure');
  });
});

describe('a report', () => {
  it('is gathered, looked at, sealed and opened', async () => {
    const client = await tool('report');
    await type('report-notes', 'Line was noisy.\n\nSplitter changed.');
    await expectAccessible();
    await click('report-gather');
    expect((await screen.findByTestId('report-gathered')).textContent).toContain('1 matter');
    expect(client.calls.find((call) => call.name === 'siteReport')?.args[2]).toEqual(['Line was noisy.', 'Splitter changed.']);
    expect(client.calls.some((call) => call.name === 'saveReport')).toBe(false);
    await expectAccessible();
    await click('report-save');
    expect((await screen.findByTestId('report-saved')).textContent).toContain('lanside-report-hallway-gateway.html');
    await click('report-show');
    await waitFor(() => expect(client.calls.some((call) => call.name === 'showReport')).toBe(true));
  });

  it('has a title and the sections somebody chose, without being gathered anew', async () => {
    const client = await tool('report');
    await click('report-gather');
    await click('report-save');
    await screen.findByTestId('report-saved');
    await type('report-title', 'Visit at Anna’s');
    await click('report-section-tested');
    // What was saved stays: this is another one.
    await click('report-save');
    await screen.findByTestId('report-saved');
    const saved = client.calls.filter((call) => call.name === 'saveReport').map((call) => call.args.slice(3));
    expect(saved).toEqual([
      [null, ['open', 'found', 'changed', 'tested']],
      ['Visit at Anna’s', ['open', 'found', 'changed']],
    ]);
    expect(client.calls.filter((call) => call.name === 'siteReport')).toHaveLength(1);
    for (const section of ['open', 'found']) await click(`report-section-${section}`);
    expect((screen.getByTestId('report-section-changed') as HTMLInputElement).disabled).toBe(true);
  });

  it('is made of a gateway that does not answer, too, and says what failed', async () => {
    const client = new Rehearsal();
    client.reported = { found: null, silent: 'no answer' };
    await tool('report', client);
    await click('report-gather');
    await screen.findByTestId('report-silent');
    client.failing.set('saveReport', failure('Usage', 'the file is there already'));
    await click('report-save');
    await screen.findByTestId('report-failure');
  });

  it('of somebody else is checked', async () => {
    const client = await tool('report');
    await choose('report-check', 'visit.html', '<html>seal</html>');
    expect((await screen.findByTestId('report-seal')).textContent).toContain('visit.html is as it was sealed.');
    expect(screen.getByTestId('seal-words').textContent).toContain('amber lake');
    await expectAccessible();
    client.seal = { ...client.seal, intact: false };
    await choose('report-check', 'visit.html', '<html>seal</html>');
    await waitFor(() => expect(screen.getByTestId('report-seal').dataset.intact).toBe('false'));
    await choose('report-check', 'photo.html', 'nothing');
    await screen.findByTestId('report-check-failure');
  });
});
