import { describe, expect, it } from 'vitest';
import { fits, ranked } from './fuzzy';
import { Keymap } from './keymap.svelte';
import { chordOf, isTaken, shownKey, writes, type Pressed } from './keys';
import { COMMANDS } from './registry';

const press = (key: string, more: Partial<Pressed> = {}): Pressed => ({
  key, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...more,
});
const field = { typing: true, dialog: false };
const page = { typing: false, dialog: false };

describe('a key', () => {
  it('has one name on every keyboard', () => {
    expect(chordOf(press('k', { ctrlKey: true }))).toBe('Mod+K');
    expect(chordOf(press('K', { metaKey: true }))).toBe('Mod+K');
    expect(chordOf(press('C', { shiftKey: true }))).toBe('Shift+C');
    expect(chordOf(press('?', { shiftKey: true }))).toBe('?');
    expect(chordOf(press('+', { ctrlKey: true }))).toBe('Mod++');
    expect(chordOf(press('F5'))).toBe('F5');
    expect(chordOf(press('Shift', { shiftKey: true }))).toBeNull();
  });

  it('is shown as it is printed', () => {
    expect(shownKey('Mod+Shift+K', false)).toBe('Ctrl Shift K');
    expect(shownKey('Mod+Shift+K', true)).toBe('⌘⇧K');
    expect(shownKey('Mod++', false)).toBe('Ctrl +');
  });

  it('writes, moves, or is free', () => {
    expect(['w', '?', 'C'].map((key) => writes(chordOf(press(key)) ?? ''))).toEqual([true, true, true]);
    expect(writes('F5') || writes('Mod+S')).toBe(false);
    expect(['Enter', 'ArrowUp', 'Shift+Tab', 'Escape'].every(isTaken)).toBe(true);
    expect(isTaken('Mod+Enter')).toBe(false);
  });
});

describe('the commands', () => {
  it('share no key and no name', () => {
    const keys = COMMANDS.flatMap((one) => one.keys);
    expect(new Set(keys).size).toBe(keys.length);
    expect(new Set(COMMANDS.map((one) => one.id)).size).toBe(COMMANDS.length);
    expect(keys.filter(isTaken)).toEqual([]);
  });
});

describe('the keymap', () => {
  it('asks for no command where somebody types, but for those with Ctrl', () => {
    const keymap = new Keymap();
    expect(keymap.commandFor(press('w'), page)?.id).toBe('watch');
    expect(keymap.commandFor(press('w'), field)).toBeNull();
    expect(keymap.commandFor(press('k', { ctrlKey: true }), field)?.id).toBe('palette');
    expect(keymap.commandFor(press('z', { ctrlKey: true }), field)).toBeNull();
    expect(keymap.commandFor(press('s', { ctrlKey: true }), { typing: false, dialog: true })).toBeNull();
    expect(keymap.commandFor(press('Enter', { ctrlKey: true }), { typing: true, dialog: true })?.id).toBe('apply');
  });

  it('takes a key from whoever had it, keeps it, and gives it back', () => {
    const keymap = new Keymap();
    expect(keymap.holderOf('W', 'read')?.id).toBe('watch');
    keymap.choose('read', 'W');
    expect(keymap.commandFor(press('w'), page)?.id).toBe('read');
    expect(keymap.keysOf('watch')).toEqual([]);
    const later = new Keymap();
    expect(later.keysOf('read')).toEqual(['W']);
    later.reset('watch');
    expect(later.keysOf('watch')).toEqual(['W']);
    expect(later.keysOf('read')).toEqual([]);
    later.resetAll();
    expect(later.anyChosen).toBe(false);
    expect(new Keymap().keysOf('read')).toEqual(['F5']);
  });

  it('is as shipped when what is stored cannot be read', () => {
    for (const broken of ['{', '[]', '{"watch":7}', '{"watch":[7]}', '{"gone":["X"]}', 'null']) {
      localStorage.setItem('lanside.keys', broken);
      expect(new Keymap().keysOf('watch'), broken).toEqual(['W']);
    }
  });
});

describe('fuzzy words', () => {
  it('fit in any order, without accents, and by their letters', () => {
    expect(fits('Restart the gateway', 'gate rest')?.at).toEqual([0, 1, 2, 3, 12, 13, 14, 15]);
    expect(fits('Prüfen', 'pruf')).not.toBeNull();
    expect(fits('Show the selected table as a grid', 'sstg')).toBeNull();
    expect(fits('Review the draft', 'rvw')).not.toBeNull();
    expect(fits('Review the draft', 'zebra')).toBeNull();
  });

  it('bring the best first', () => {
    const names = ['Discard the draft', 'Restart the gateway', 'Review the draft'];
    expect(ranked(names, 'dra', (one) => [one])[0]?.entry).toBe('Review the draft');
    expect(ranked(names, 're', (one) => [one]).map(({ entry }) => entry)).toContain('Restart the gateway');
    expect(ranked(names, '', (one) => [one]).map(({ entry }) => entry)).toEqual(names);
  });
});
