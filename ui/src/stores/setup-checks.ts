//! Looks at what is typed during set-up, while it is typed. The judgement that counts is made
//! behind the window (`management/src/setup/checks.rs`); the cases of `cases.json` hold both to
//! the same.
export type SetupField = 'user_name' | 'password' | 'wifi_name' | 'wifi_password';
export type FieldProblem = 'empty' | 'too_short' | 'too_long' | 'letter' | 'blank' | 'no_digits';
export type Strength = 'weak' | 'fair' | 'good';

const KEY = /^[0-9a-fA-F]{64}$/;

/** What is wrong with a text for a field. */
export function problemOf(field: SetupField, text: string): FieldProblem | null {
  if (text === '') return 'empty';
  if (/\p{Cc}/u.test(text)) return 'letter';
  if (field !== 'password' && /^ | $/.test(text)) return 'blank';
  const octets = new TextEncoder().encode(text).length;
  if (field === 'wifi_name') return octets > 32 ? 'too_long' : null;
  if (field !== 'wifi_password') return octets > 64 ? 'too_long' : null;
  if (/[^ -~]/.test(text)) return 'letter';
  if (KEY.test(text)) return null;
  if (octets < 8) return 'too_short';
  return octets > 63 ? 'too_long' : null;
}

/** Whether this is the key itself, which not every gateway takes. */
export function isKey(text: string): boolean {
  return KEY.test(text);
}

const COMMON = ['passwor', 'wlan', 'wifi', 'internet', 'hallo', 'hello', 'welcome', 'willkommen', 'qwert', 'asdf', 'admin', 'fritz'];

/** How hard a Wi-Fi password is to guess: an estimate, and no more. */
export function strengthOf(password: string, wifiName: string): Strength {
  let text = password.toLowerCase();
  const name = wifiName.toLowerCase();
  for (const word of name.length >= 4 ? [...COMMON, name] : COMMON) text = text.replaceAll(word, 'x');
  let length = 0;
  let before: number | null = null;
  for (const letter of text) {
    const code = letter.codePointAt(0) ?? 0;
    length += before !== null && Math.abs(code - before) <= 1 ? 0.25 : 1;
    before = code;
  }
  const used: [RegExp, number][] = [[/[0-9]/, 10], [/[a-z]/, 26], [/[A-Z]/, 26], [/[^0-9a-zA-Z]/, 33]];
  const letters = used.reduce((sum, [kind, size]) => sum + (kind.test(password) ? size : 0), 0);
  const bits = length * Math.log2(Math.max(letters, 1));
  if (bits < 45) return 'weak';
  return bits < 65 ? 'fair' : 'good';
}
