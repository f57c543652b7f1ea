//! Tests in words.
import type { MarkTone } from '../../components/Mark.svelte';
import { t, type MessageKey } from '../../i18n/index.svelte';
import type { TestKind, TestView } from '../../ipc/bindings';
import type { TestField } from '../../stores/test-fields';

/** A test with what it is run against. */
export function testWord(kind: TestKind, target: string | null): string {
  const name = t(`test_${kind}` as MessageKey);
  return target ? `${name} ${target}` : name;
}

export function verdict(test: TestView): { tone: MarkTone; word: string } {
  if (test.state !== 'completed') return { tone: 'draft', word: t('test_stopped') };
  return test.passed ? { tone: 'verified', word: t('test_passed') } : { tone: 'danger', word: t('test_failed') };
}

const OWN_TARGET: TestKind[] = ['download', 'upload', 'nslookup', 'serverselection'];

export function fieldLabel(field: TestField, kind: TestKind): string {
  const own = field.id === 'target' && OWN_TARGET.includes(kind);
  return t((own ? `test_field_target_${kind}` : `test_field_${field.id}`) as MessageKey);
}
