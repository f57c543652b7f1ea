import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { problemOf, strengthOf, type FieldProblem, type SetupField, type Strength } from './setup-checks';

interface Cases {
  fields: [SetupField, string, FieldProblem | null][];
  strengths: [string, string, Strength][];
}
// The same table the program behind the window is held to.
const cases = JSON.parse(readFileSync(join(import.meta.dirname, '../../../management/src/setup/cases.json'), 'utf8')) as Cases;

it('judges every field as the program does', () => {
  for (const [field, text, problem] of cases.fields) expect(problemOf(field, text), `${field} “${text}”`).toBe(problem);
});

it('calls every password as strong as the program does', () => {
  for (const [password, name, strength] of cases.strengths) expect(strengthOf(password, name), password).toBe(strength);
});
