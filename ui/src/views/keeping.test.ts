import { fireEvent, screen, waitFor } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { failure, Rehearsal } from '../ipc/mock';
import { historyEntry } from '../ipc/mock-change';
import { comparisonView, differenceView, snapshotHead } from '../ipc/mock-keep';
import { expectAccessible } from '../test/axe';
import { click, openTree, type } from '../test/hands';

async function area(name: string, client = new Rehearsal()) {
  await openTree(client);
  await click(`area-${name}`);
  return client;
}

describe('history', () => {
  it('is empty, and says what will stand there', async () => {
    await area('history');
    expect((await screen.findByTestId('history-empty')).textContent).toContain('What you apply to Hallway gateway');
    await expectAccessible();
  });

  it('fails, and reads again', async () => {
    const client = new Rehearsal();
    client.failing.set('history', failure('Unreachable', 'No answer.'));
    await area('history', client);
    expect(await screen.findByTestId('history-failure-what')).toBeTruthy();
    client.failing.clear();
    await click('history-failure-retry');
    expect(await screen.findByTestId('history-empty')).toBeTruthy();
  });

  it('tells what, when and how it ended, and which was taken back', async () => {
    const client = new Rehearsal();
    client.journal = [
      historyEntry(3, { state: 'refused', undoable: false, detail: 'Fault 606.' }),
      historyEntry(2, { undoes: 1 }),
      historyEntry(1, { undone_by: 2 }),
    ];
    await area('history', client);
    const entries = await screen.findAllByTestId('history-entry');
    expect(entries.map((entry) => entry.dataset.state)).toEqual(['refused', 'verified', 'verified']);
    expect(entries[0]?.textContent).toContain('Refused');
    expect(entries[0]?.textContent).toContain('Fault 606.');
    expect(entries[2]?.textContent).toContain('taken back by no. 2');
    // Neither what was refused nor what was taken back has a way back.
    expect(screen.getAllByTestId('history-take-back')).toHaveLength(1);
    await expectAccessible();
  });

  it('takes an entry back by way of an ordinary review', async () => {
    const client = new Rehearsal();
    client.journal = [historyEntry(1)];
    await area('history', client);
    await click('history-take-back');
    expect((await screen.findByTestId('review-line')).textContent).toContain('to “Attic”');
    expect(client.calls.some((call) => call.name === 'apply')).toBe(false);
    await waitFor(() => expect(screen.getByTestId('review-body').dataset.phase).toBe('ready'));
    await click('apply');
    await waitFor(() => expect(screen.getByTestId('review-body').dataset.phase).toBe('done'));
  });

  it('says which secrets stay behind, and what failed', async () => {
    const client = new Rehearsal();
    const [change] = historyEntry(1).changes;
    if (!change) throw new Error('an entry has a change');
    client.journal = [historyEntry(1, { changes: [change, { ...change, path: 'Device.Key', secret: true, old: null, new: null }] })];
    await area('history', client);
    await click('history-take-back');
    expect((await screen.findByTestId('left-out')).textContent).toContain('Device.Key');
    await click('review-cancel');
    client.failing.set('takeBack', failure('Usage', 'There is nothing to take back.'));
    await click('history-take-back');
    expect(await screen.findByTestId('take-back-failure-what')).toBeTruthy();
  });
});

describe('snapshots', () => {
  it('starts empty, saves, and lists', async () => {
    const client = await area('snapshots');
    expect((await screen.findByTestId('snapshots-empty')).textContent).toContain('Save before you try');
    await expectAccessible();
    await type('snapshot-name', 'Before the move');
    await click('snapshot-save');
    const row = await screen.findByTestId('snapshot');
    expect(row.textContent).toContain('Before the move');
    expect(row.textContent).toContain('48 parameters');
    expect(client.calls.find((call) => call.name === 'saveSnapshot')?.args[1]).toBe('Before the move');
  });

  it('tells what changed since the last visit once everything was read', async () => {
    const client = new Rehearsal();
    client.saved = [snapshotHead(1, { how: 'visit' })];
    await area('snapshots', client);
    await click('since-read');
    await screen.findByTestId('since-show');
    expect(screen.getByTestId('since-visit').textContent).toContain('3 settings have changed since');
    await click('since-show');
    expect(screen.getAllByTestId('difference')).toHaveLength(3);
    // Reading everything again is the same visit.
    await click('comparison-back');
    expect(client.calls.filter((call) => call.name === 'visit')).toHaveLength(1);
  });

  it('saves while a visit is still being remembered', async () => {
    const client = new Rehearsal();
    const visit = client.visit.bind(client);
    const visits: (() => void)[] = [];
    client.visit = async (udn) => {
      await new Promise<void>((done) => visits.push(done));
      return visit(udn);
    };
    await area('snapshots', client);
    await click('since-read');
    await waitFor(() => expect(visits).toHaveLength(1));
    await type('snapshot-name', 'Before the move');
    await click('snapshot-save');
    expect((await screen.findByTestId('snapshot')).textContent).toContain('Before the move');
    visits[0]?.();
    expect(await screen.findByTestId('since-show')).toBeTruthy();
  });

  it('says that this is the first visit', async () => {
    await area('snapshots');
    await click('since-read');
    await waitFor(() => expect(screen.getByTestId('since-visit').textContent).toContain('first visit'));
  });

  it('compares with now or with another, settings first', async () => {
    const client = new Rehearsal();
    client.saved = [snapshotHead(2, { name: 'Later' }), snapshotHead(1, { name: 'Before' })];
    await area('snapshots', client);
    await fireEvent.click((await screen.findAllByTestId('snapshot-compare'))[1] as HTMLElement);
    await fireEvent.change(await screen.findByTestId('compare-with'), { target: { value: '2' } });
    await click('compare-go');
    expect((await screen.findByTestId('comparison-count')).textContent).toContain('3 settings differ. 44 values are the same.');
    expect(client.calls.find((call) => call.name === 'compare')?.args.slice(1)).toEqual([1, 2]);
    await click('comparison-all');
    expect(screen.getAllByTestId('difference').map((row) => row.dataset.kind)).toEqual(['changed', 'gone', 'new', 'changed']);
    expect(screen.getAllByTestId('difference')[1]?.textContent).toContain('not there');
    await expectAccessible();
  });

  it('never shows a secret, and says when nothing differs', async () => {
    const client = new Rehearsal();
    client.saved = [snapshotHead(1)];
    client.comparison = comparisonView({ differences: [differenceView('Device.Key', null, null, { secret: true, difference: 'changed' })] });
    await area('snapshots', client);
    await click('snapshot-compare');
    await click('compare-go');
    expect((await screen.findByTestId('difference')).textContent).toContain('••••••••');
    await click('comparison-back');
    client.comparison = comparisonView({ differences: [] });
    await click('snapshot-compare');
    await click('compare-go');
    expect(await screen.findByTestId('comparison-none')).toBeTruthy();
  });

  it('exports without secrets unless asked for, and imports', async () => {
    const client = new Rehearsal();
    client.saved = [snapshotHead(1)];
    await area('snapshots', client);
    await click('snapshot-export');
    await waitFor(() => expect((screen.getByTestId('export-file') as HTMLInputElement).value).toMatch(/\.json$/));
    await fireEvent.change(screen.getByTestId('export-format'), { target: { value: 'csv' } });
    await waitFor(() => expect((screen.getByTestId('export-file') as HTMLInputElement).value).toMatch(/\.csv$/));
    await expectAccessible();
    await click('export-go');
    expect((await screen.findByTestId('snapshot-exported')).textContent).toMatch(/Written to .*csv/);
    expect(client.calls.find((call) => call.name === 'exportSnapshot')?.args[2]).toBe(false);
    await type('snapshot-import-file', '/tmp/notes.txt');
    await click('snapshot-import');
    expect(await screen.findByTestId('snapshots-failure-what')).toBeTruthy();
    await type('snapshot-import-file', '/tmp/old.json');
    await click('snapshot-import');
    await waitFor(() => expect(screen.getAllByTestId('snapshot')[0]?.textContent).toContain('From the old gateway'));
  });

  it('is deleted only when asked twice', async () => {
    const client = new Rehearsal();
    client.saved = [snapshotHead(1)];
    await area('snapshots', client);
    await click('snapshot-drop');
    expect(client.saved).toHaveLength(1);
    expect(screen.getByTestId('drop-ask').textContent).toContain('cannot be brought back');
    await click('drop-go');
    expect(await screen.findByTestId('snapshots-empty')).toBeTruthy();
  });
});

describe('restoring', () => {
  it('shows three lists, and sends nothing before the review', async () => {
    const client = new Rehearsal();
    client.saved = [snapshotHead(1)];
    await area('snapshots', client);
    await click('snapshot-restore');
    expect((await screen.findByTestId('restored')).textContent).toContain('nothing was sent');
    expect(screen.getByTestId('restored-carried').textContent).toBe('1 as it was');
    expect(screen.queryByTestId('restored-other')).toBeNull();
    await expectAccessible();
    await click('restored-changed');
    expect(screen.getByTestId('restored-item').textContent).toContain('Found by its name.');
    await click('restored-impossible');
    expect(screen.getAllByTestId('restored-item')[0]?.textContent).toContain('Type it anew.');
    await click('restored-review');
    expect((await screen.findByTestId('review-line')).textContent).toContain('Attic');
    expect(client.calls.some((call) => call.name === 'apply')).toBe(false);
  });

  it('warns of another gateway, and says when there is nothing to do', async () => {
    const client = new Rehearsal();
    client.saved = [snapshotHead(1)];
    client.restored = { same_gateway: false, carried: [], changed: [], impossible: [] };
    await area('snapshots', client);
    await click('snapshot-restore');
    expect(await screen.findByTestId('restored-other')).toBeTruthy();
    expect(screen.getByTestId('restored-nothing').textContent).toContain('has all of it already');
    await click('restored-back');
    client.failing.set('restore', failure('Usage', 'The snapshot is of another data model.'));
    await click('snapshot-restore');
    expect(await screen.findByTestId('snapshots-failure-what')).toBeTruthy();
  });
});
