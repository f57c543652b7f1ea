import { cleanup, fireEvent, screen, waitFor } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { failure, Rehearsal, UDN } from '../ipc/mock';
import { expectAccessible } from '../test/axe';
import { click, openTree, tick, type, walk } from '../test/hands';

const TABLE = ['Device.WiFi.', 'Device.WiFi.SSID.'] as const;

async function openGrid(client = new Rehearsal(), path: readonly string[] = TABLE) {
  await openTree(client);
  await walk(...path);
  await click('open-grid');
  await waitFor(() => expect(screen.getByTestId('grid').dataset.phase).not.toBe('loading'));
  return client;
}

function cell(row: number, column: string): HTMLElement {
  const found = screen.getAllByTestId('grid-row')[row]?.querySelector<HTMLElement>(`[data-column="${column}"]`);
  if (!found) throw new Error(`no cell ${row} ${column}`);
  return found;
}

function press(key: string, more: object = {}) {
  return fireEvent.keyDown(screen.getByTestId('grid-table'), { key, ...more });
}

describe('a table as a grid', () => {
  it('shows rows and columns, and says how many', async () => {
    await openGrid();
    expect(screen.getAllByTestId('grid-row')).toHaveLength(2);
    expect(screen.getAllByTestId('grid-column').map((head) => head.textContent?.trim())).toContain('SSID');
    expect(cell(0, 'SSID').textContent).toContain('Hallway');
    expect(screen.getByTestId('grid-count').textContent).toContain('2 rows');
    expect(cell(0, 'Status').getAttribute('aria-readonly')).toBe('true');
    await expectAccessible();
  });

  it('edits a cell into the draft with the keyboard alone', async () => {
    const client = await openGrid();
    const at = screen.getAllByTestId('grid-column').findIndex((head) => head.textContent?.trim() === 'SSID');
    for (let step = 0; step <= at; step += 1) await press('ArrowRight');
    await press('Enter');
    const field = await screen.findByTestId('grid-editor');
    await expectAccessible();
    await fireEvent.input(field, { target: { value: 'Attic' } });
    await fireEvent.keyDown(field, { key: 'Enter' });
    await waitFor(() => expect(cell(0, 'SSID').textContent).toContain('Attic'));
    expect(screen.getByTestId('tray').dataset.count).toBe('1');
    expect(client.calls.some((call) => call.name === 'apply')).toBe(false);
    // Enter goes down: the next row is in hand, and Escape leaves the field as it was.
    await press('F2');
    await fireEvent.input(await screen.findByTestId('grid-editor'), { target: { value: 'Other' } });
    await fireEvent.keyDown(screen.getByTestId('grid-editor'), { key: 'Escape' });
    await tick();
    expect(cell(1, 'SSID').textContent).toContain('Guests');
    await press('Escape');
    expect(await screen.findByTestId('tree')).toBeTruthy();
  });

  it('leaves the next field open when the answer to the one before comes late', async () => {
    const client = await openGrid();
    await fireEvent.dblClick(cell(0, 'SSID'));
    const field = await screen.findByTestId('grid-editor');
    await fireEvent.input(field, { target: { value: 'Attic' } });
    client.pace.answer = 40;
    await fireEvent.keyDown(field, { key: 'Enter' });
    await fireEvent.dblClick(cell(1, 'SSID'));
    const next = (await screen.findByTestId('grid-editor')) as HTMLInputElement;
    await fireEvent.input(next, { target: { value: 'Cellar' } });
    await waitFor(() => expect(cell(0, 'SSID').textContent).toContain('Attic'));
    await tick();
    expect((screen.getByTestId('grid-editor') as HTMLInputElement).value).toBe('Cellar');
  });

  it('keeps a field open that was refused, and says why', async () => {
    const client = await openGrid();
    await fireEvent.dblClick(cell(0, 'SSID'));
    client.failing.set('stage', failure('Usage', 'It is too long.'));
    const field = await screen.findByTestId('grid-editor');
    await fireEvent.input(field, { target: { value: 'x'.repeat(40) } });
    await fireEvent.keyDown(field, { key: 'Enter' });
    expect((await screen.findByTestId('grid-problem')).textContent).toBe('It is too long.');
    expect(((await screen.findByTestId('grid-editor')) as HTMLInputElement).value).toHaveLength(40);
    client.failing.clear();
    // Nothing typed is lost by clicking elsewhere.
    await fireEvent.blur(screen.getByTestId('grid-editor'));
    await waitFor(() => expect(screen.getByTestId('tray').dataset.count).toBe('1'));
  });

  it('loses neither text when the cell before is refused late', async () => {
    const client = await openGrid();
    await fireEvent.dblClick(cell(0, 'SSID'));
    await type('grid-editor', 'x'.repeat(40));
    client.failing.set('stage', failure('Usage', 'It is too long.'));
    client.pace.answer = 40;
    await fireEvent.keyDown(screen.getByTestId('grid-editor'), { key: 'Enter' });
    await fireEvent.dblClick(cell(1, 'SSID'));
    const next = (await screen.findByTestId('grid-editor')) as HTMLInputElement;
    next.focus();
    await fireEvent.input(next, { target: { value: 'Cel' } });
    expect((await screen.findByTestId('grid-problem')).textContent).toBe('It is too long.');
    expect(screen.getByTestId('grid-editor')).toBe(next);
    expect(document.activeElement).toBe(next);
    expect(next.value).toBe('Cel');
    expect(cell(0, 'SSID').textContent).toContain('x'.repeat(40));
    expect(cell(0, 'SSID').classList).toContain('wrong');
    await expectAccessible();

    // What was typed next is taken, and the first is still there to be corrected.
    client.failing.clear();
    await fireEvent.input(next, { target: { value: 'Cellar' } });
    await fireEvent.keyDown(next, { key: 'Enter' });
    await waitFor(() => expect(screen.getByTestId('tray').dataset.count).toBe('1'));
    await click('grid-correct');
    const again = (await screen.findByTestId('grid-editor')) as HTMLInputElement;
    expect(again.value).toBe('x'.repeat(40));
    await fireEvent.input(again, { target: { value: 'Attic' } });
    await fireEvent.keyDown(again, { key: 'Enter' });
    await waitFor(() => expect(screen.getByTestId('tray').dataset.count).toBe('2'));
    expect(screen.queryByTestId('grid-problem')).toBeNull();
  });

  it('keeps what is typed while its rows are read anew, and when another cell is clicked', async () => {
    const client = await openGrid();
    await fireEvent.dblClick(cell(0, 'SSID'));
    await type('grid-editor', 'Half ty');
    client.becomes('/BBF/WiFi/SSID/0/SSID', 'Somebody else');
    await click('grid-read');
    await waitFor(() => expect(client.calls.filter((call) => call.name === 'grid')).toHaveLength(2));
    await tick();
    expect((screen.getByTestId('grid-editor') as HTMLInputElement).value).toBe('Half ty');
    await fireEvent.click(cell(1, 'SSID'));
    await waitFor(() => expect(cell(0, 'SSID').textContent).toContain('Half ty'));
    expect(screen.queryByTestId('grid-editor')).toBeNull();
    expect(screen.getByTestId('tray').dataset.count).toBe('1');
  });

  it('gives up a refused text with Escape', async () => {
    const client = await openGrid();
    await fireEvent.dblClick(cell(0, 'SSID'));
    client.failing.set('stage', failure('Usage', 'It is too long.'));
    await type('grid-editor', 'y'.repeat(40));
    await fireEvent.keyDown(screen.getByTestId('grid-editor'), { key: 'Enter' });
    await screen.findByTestId('grid-problem');
    await fireEvent.keyDown(await screen.findByTestId('grid-editor'), { key: 'Escape' });
    await tick();
    expect(screen.queryByTestId('grid-problem')).toBeNull();
    expect(cell(0, 'SSID').textContent).toContain('Hallway');
  });

  it('keeps a refused text when it is closed, and when the program ends', async () => {
    const client = await openGrid();
    await fireEvent.dblClick(cell(0, 'SSID'));
    client.failing.set('stage', failure('Usage', 'It is too long.'));
    await type('grid-editor', 'x'.repeat(40));
    await fireEvent.keyDown(screen.getByTestId('grid-editor'), { key: 'Enter' });
    await screen.findByTestId('grid-problem');
    await fireEvent.dblClick(cell(1, 'SSID'));
    await type('grid-editor', 'Half');
    await click('grid-back');
    const left = await screen.findAllByTestId('tray-text');
    expect(left.map((one) => one.dataset.path)).toEqual(['Device.WiFi.SSID.1.SSID', 'Device.WiFi.SSID.2.SSID']);
    expect(left[0]?.textContent).toContain('Not valid');
    await expectAccessible();

    // Another start: only what the program kept is there.
    await waitFor(() => expect(client.texts.size).toBe(2));
    cleanup();
    client.failing.clear();
    await openTree(client);
    await waitFor(() => expect(screen.getAllByTestId('tray-text')).toHaveLength(2));
    expect(screen.getByTestId('tray').textContent).toContain('2 texts are not in the draft');
    await walk('Device.WiFi.', 'Device.WiFi.SSID.');
    await click('open-grid');
    await waitFor(() => expect(cell(0, 'SSID').textContent).toContain('x'.repeat(40)));
    expect(screen.queryAllByTestId('tray-text')).toHaveLength(0);
    await fireEvent.dblClick(cell(0, 'SSID'));
    await type('grid-editor', 'Attic');
    await fireEvent.keyDown(screen.getByTestId('grid-editor'), { key: 'Enter' });
    await waitFor(() => expect(screen.getByTestId('tray').dataset.count).toBe('1'));
    await click('grid-back');
    await waitFor(() => expect(screen.getAllByTestId('tray-text')).toHaveLength(1));
    await click('tray-give-up');
    await waitFor(() => expect(client.texts.size).toBe(0));
  });

  it('switches a flag at once, and edits no cell that is read only', async () => {
    await openGrid();
    await fireEvent.dblClick(cell(0, 'Enable'));
    await waitFor(() => expect(cell(0, 'Enable').textContent).toContain('false'));
    await fireEvent.dblClick(cell(0, 'Status'));
    await tick();
    expect(screen.queryByTestId('grid-editor')).toBeNull();
  });

  it('adds and deletes rows as part of the draft', async () => {
    const client = await openGrid();
    await click('grid-add');
    await waitFor(() => expect(screen.getAllByTestId('grid-row')).toHaveLength(3));
    expect(screen.getAllByTestId('grid-row')[2]?.textContent).toContain('new row');
    expect(screen.getByTestId('tray-list').textContent).toContain('new row');
    await fireEvent.click(screen.getAllByTestId('grid-delete')[0] as HTMLElement);
    await waitFor(() => expect(screen.getAllByTestId('grid-row')[0]?.textContent).toContain('deleted'));
    expect(screen.getByTestId('tray').dataset.count).toBe('2');
    await press('Delete');
    await waitFor(() => expect(screen.getByTestId('tray').dataset.count).toBe('1'));
    // A row that is only in the draft just goes.
    await fireEvent.click(screen.getAllByTestId('grid-delete')[2] as HTMLElement);
    await waitFor(() => expect(screen.getAllByTestId('grid-row')).toHaveLength(2));
    expect((await client.draft(UDN)).edits).toEqual([]);
  });

  it('says in the review what becomes of rows', async () => {
    await openGrid();
    await click('grid-add');
    await fireEvent.click((await screen.findAllByTestId('grid-delete'))[0] as HTMLElement);
    await click('review');
    await waitFor(() => expect(screen.getByTestId('review-body').dataset.phase).toBe('ready'));
    const lines = screen.getAllByTestId('review-line').map((line) => line.textContent);
    expect(lines[0]).toContain('A new row is added to WiFi.SSID');
    expect(lines[1]).toContain('WiFi.SSID.1 is deleted.');
  });

  it('filters rows, and says when none is left', async () => {
    await openGrid();
    await type('grid-filter', 'guest');
    expect(screen.getAllByTestId('grid-row')).toHaveLength(1);
    expect(screen.getByTestId('grid-count').textContent).toContain('1 of 2 rows');
    await type('grid-filter', 'nowhere');
    expect(screen.getByTestId('grid-none').textContent).toContain('nowhere');
  });

  it('fails, and reads again', async () => {
    const client = new Rehearsal();
    client.failing.set('grid', failure('Unreachable', 'No answer.'));
    await openGrid(client);
    expect(await screen.findByTestId('grid-failure-what')).toBeTruthy();
    client.failing.clear();
    await click('grid-failure-retry');
    expect(await screen.findAllByTestId('grid-row')).toHaveLength(2);
  });

  it('holds thousands of rows with a screenful of elements', async () => {
    const client = new Rehearsal(undefined, 6_000);
    await openGrid(client, ['Device.Hosts.', 'Device.Hosts.Host.']);
    expect(Number(screen.getByTestId('grid-table').getAttribute('aria-rowcount'))).toBeGreaterThan(1_400);
    expect(screen.getAllByTestId('grid-row').length).toBeLessThan(60);
    // Its rows are the gateway's own.
    expect(screen.queryByTestId('grid-add')).toBeNull();
    await press('End', { ctrlKey: true });
    expect(screen.getByTestId('grid-table').getAttribute('aria-activedescendant')).toMatch(/-\d{4}-\d+$/);
  });
});
