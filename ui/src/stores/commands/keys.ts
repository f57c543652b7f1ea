//! Keys by name: `Mod+Shift+K`, `F5`, `?`. `Mod` is Ctrl, and the command key on a Mac.

/** What of a keyboard event names a key. */
export type Pressed = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>;

const ALONE = ['Control', 'Meta', 'Shift', 'Alt', 'AltGraph', 'CapsLock', 'Dead', 'Unidentified', 'Process'];

/** Name of what was pressed; nothing while only Ctrl and the like are held. */
export function chordOf(event: Pressed): string | null {
  if (ALONE.includes(event.key)) return null;
  const letter = event.key.length === 1;
  const key = event.key === ' ' ? 'Space' : letter ? event.key.toUpperCase() : event.key;
  const parts = [];
  if (event.ctrlKey || event.metaKey) parts.push('Mod');
  if (event.altKey) parts.push('Alt');
  // A sign like ? holds its Shift already, wherever it is on the keyboard.
  if (event.shiftKey && (!letter || /\p{L}/u.test(event.key))) parts.push('Shift');
  return [...parts, key].join('+');
}

/** Whether a key also writes when somebody types: those never leave a field. */
export function writes(chord: string): boolean {
  const { held, key } = parts(chord);
  return !held.includes('Mod') && !held.includes('Alt') && !/^F\d+$/.test(key);
}

/** Keys the window needs for itself: moving, writing, choosing, leaving. */
export function isTaken(chord: string): boolean {
  const { held, key } = parts(chord);
  const moving = /^(Arrow(Up|Down|Left|Right)|Home|End|PageUp|PageDown|Tab|Enter|Escape|Backspace|Delete|Space)$/.test(key);
  return moving && !held.includes('Mod') && !held.includes('Alt');
}

/** Whether a stored name is one that can be pressed. */
export function isChord(chord: unknown): chord is string {
  return typeof chord === 'string' && chord.length > 0 && chord.length <= 40 && parts(chord).key.length > 0;
}

/** The key as it stands on this keyboard. */
export function shownKey(chord: string, mac = isMac()): string {
  const { held, key } = parts(chord);
  const word = { Mod: mac ? '⌘' : 'Ctrl', Alt: mac ? '⌥' : 'Alt', Shift: mac ? '⇧' : 'Shift' };
  const named: Record<string, string> = {
    ArrowUp: '↑', ArrowDown: '↓', ArrowLeft: '←', ArrowRight: '→', Escape: 'Esc', PageUp: 'Page ↑', PageDown: 'Page ↓',
  };
  return [...held.map((one) => word[one]), named[key] ?? key].join(mac ? '' : ' ');
}

export function isMac(): boolean {
  return /mac/i.test(globalThis.navigator?.platform ?? '');
}

function parts(chord: string): { held: ('Mod' | 'Alt' | 'Shift')[]; key: string } {
  const held: ('Mod' | 'Alt' | 'Shift')[] = [];
  let key = chord;
  for (const one of ['Mod', 'Alt', 'Shift'] as const) {
    if (key.startsWith(`${one}+`) && key.length > one.length + 1) {
      held.push(one);
      key = key.slice(one.length + 1);
    }
  }
  return { held, key };
}
