import { describe, expect, it } from 'vitest';
import type { FactView, NodeDetailsView, NodeView } from '../ipc/bindings';
import { checkValue, editorFor, isOn, switchText, unitText } from './values';

function fact(more: Partial<FactView> = {}): FactView {
  return {
    type: 'string', list: false, enumeration: [], range: null, max_length: null,
    units: null, default: null, since: null, status: 'current', ...more,
  };
}

function details(type: string | null, secret: boolean, about: FactView | null): NodeDetailsView {
  const node = { type, secret } as NodeView;
  return { node, fact: about, meaning: null, read_at: null, locked_because: null, refers_to: null, links: [], referred_by: [], facts: null };
}

describe('the editor of a parameter', () => {
  it('follows the type', () => {
    expect(editorFor(details('boolean', false, null))).toBe('switch');
    expect(editorFor(details('unsignedInt', false, null))).toBe('number');
    expect(editorFor(details(null, false, null))).toBe('text');
    expect(editorFor(details(null, false, fact({ type: 'long' })))).toBe('number');
  });

  it('offers the allowed values unless several may be given', () => {
    expect(editorFor(details('string', false, fact({ enumeration: ['A', 'B'] })))).toBe('choice');
    expect(editorFor(details('string', false, fact({ enumeration: ['A', 'B'], list: true })))).toBe('text');
  });

  it('hides a secret whatever its type', () => {
    expect(editorFor(details('string', true, fact({ enumeration: ['A'] })))).toBe('secret');
  });
});

describe('a typed value', () => {
  const key = (text: string, type: string | null, about: FactView | null) => checkValue(text, type, about)?.key ?? null;

  it('is a whole number within its range', () => {
    expect(key('12', 'int', null)).toBeNull();
    expect(key('1.5', 'int', null)).toBe('problem_whole_number');
    expect(key('', 'unsignedInt', null)).toBe('problem_whole_number');
    expect(key('-1', 'unsignedInt', null)).toBe('problem_not_negative');
    expect(key('18446744073709551615', 'unsignedLong', null)).toBeNull();
  });

  it('reads every wording of a range', () => {
    for (const [range, good, bad] of [
      ['1 … 255', '255', '256'],
      ['1 to 4094', '1', '0'],
      ['≥ 5', '5', '4'],
      ['≤ -1', '-1', '0'],
      ['-1, 10 … 20', '-1', '9'],
      ['-1, 10 … 20', '20', '0'],
    ] as const) {
      expect(key(good, 'int', fact({ type: 'int', range })), `${good} in ${range}`).toBeNull();
      expect(key(bad, 'int', fact({ type: 'int', range })), `${bad} in ${range}`).toBe('problem_range');
    }
  });

  it('leaves a range it cannot read to the program', () => {
    expect(key('7', 'int', fact({ range: 'odd numbers' }))).toBeNull();
  });

  it('counts characters, not code units', () => {
    const short = fact({ max_length: 3 });
    expect(key('abc', 'string', short)).toBeNull();
    expect(key('🏠🏠🏠', 'string', short)).toBeNull();
    expect(checkValue('abcd', 'string', short)).toEqual({ key: 'problem_too_long', values: { max: 3, actual: 4 } });
  });

  it('is one of the allowed ones', () => {
    expect(key('C', 'string', fact({ enumeration: ['A', 'B'] }))).toBe('problem_choice');
    expect(key('1e5', 'decimal', null)).toBe('problem_decimal');
    expect(key('-1.5', 'decimal', null)).toBeNull();
  });
});

it('a switch keeps the spelling of the gateway', () => {
  expect(isOn('1') && isOn('true') && isOn('True')).toBe(true);
  expect(isOn('0') || isOn(null)).toBe(false);
  expect(switchText(true, '0')).toBe('1');
  expect(switchText(false, 'true')).toBe('false');
});

it('units are short where everybody knows the short form', () => {
  expect(unitText('seconds')).toBe('s');
  expect(unitText('dBm')).toBe('dBm');
});
