//! Local look at a typed PIN, before an attempt is spent. The judgement that
//! counts is made behind the window; this one only helps while typing.

export type PinVerdict = 'empty' | 'letters' | 'short' | 'long' | 'typing_error' | 'good';

/** Digits of any spelling: blanks, dashes, dots and full-width digits are fine. */
export function pinDigits(text: string): string {
  return text.normalize('NFKC').replace(/[\s.\-–—_·]/g, '');
}

/** What is wrong with a PIN so far; four digits, or eight with a check digit. */
export function judgePin(text: string): PinVerdict {
  const digits = pinDigits(text);
  if (digits === '') return 'empty';
  if (!/^[0-9]+$/.test(digits)) return 'letters';
  if (digits.length > 8) return 'long';
  if (digits.length === 4) return 'good';
  if (digits.length < 8) return 'short';
  return checkDigitFits(digits) ? 'good' : 'typing_error';
}

/** Odd places weigh three, even places one; the sum ends in zero. */
function checkDigitFits(digits: string): boolean {
  const sum = [...digits].reduce((total, digit, index) => total + Number(digit) * (index % 2 ? 1 : 3), 0);
  return sum % 10 === 0;
}
