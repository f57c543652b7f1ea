import { describe, expect, it } from 'vitest';
import { judgePin, pinDigits, type PinVerdict } from './pin';

describe('a typed PIN', () => {
  const cases: [string, PinVerdict][] = [
    ['', 'empty'],
    [' - ', 'empty'],
    ['1234', 'good'],
    ['123', 'short'],
    ['12345', 'short'],
    ['1234567', 'short'],
    ['12345670', 'good'],
    ['1234-5670', 'good'],
    ['1234 5670', 'good'],
    ['12.34.56.70', 'good'],
    ['１２３４５６７０', 'good'],
    ['12345671', 'typing_error'],
    ['123456700', 'long'],
    ['wlan-key', 'letters'],
    ['1234567O', 'letters'],
  ];
  for (const [text, verdict] of cases) {
    it(`“${text}” is ${verdict}`, () => expect(judgePin(text)).toBe(verdict));
  }

  it('loses its spelling only', () => expect(pinDigits(' 12-34.56 70 ')).toBe('12345670'));
});
