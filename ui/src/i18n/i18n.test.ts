import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { de } from './de';
import { en, type MessageKey } from './en';
import { preferredLanguage, seconds, t, tn, useLanguage } from './index.svelte';

const keys = Object.keys(en) as MessageKey[];
/** Texts looked up by a computed key; the beginning is in the code. */
const families = [
  'edit_', 'failure_', 'kind_', 'kind_of_', 'pairing_', 'pin_', 'restart_', 'reset_end_', 'warning_', 'problem_', 'key_', 'fault_',
  'finding_', 'severity_', 'adapter_kind_', 'left_out_', 'why_', 'card_way_',
  'fail_', 'changed_reason_', 'weak_', 'identity_title_', 'identity_run_', 'identity_working_', 'identity_export_', 'identity_import_', 'identity_replace_',
  'log_', 'test_', 'link_', 'journal_', 'rung_', 'layer_', 'ladder_purpose_', 'next_',
  'trusted_', 'forecast_', 'effect_', 'profiles_', 'missing_', 'restore_', 'snapshot_how_', 'area_', 'measure_', 'tones_', 'traffic_', 'unit_', 'software_act_', 'software_about_', 'software_state_', 'software_kind_', 'group_', 'role_may_', 'command_', 'access_title_', 'access_send_', 'strength_',
  'secrets_title_', 'secrets_way_', 'secrets_hint_',
  'setup_step_', 'setup_trouble_', 'setup_problem_', 'setup_strong_', 'setup_find_hint_',
  'outcome_', 'trace_layer_', 'tool_', 'report_span_',
];

function sources(dir: string): string {
  return readdirSync(dir, { withFileTypes: true })
    .filter((entry) => entry.name !== 'i18n' && !entry.name.endsWith('.test.ts'))
    .map((entry) => {
      const path = join(dir, entry.name);
      if (entry.isDirectory()) return sources(path);
      return /\.(svelte|ts)$/.test(path) ? readFileSync(path, 'utf8') : '';
    })
    .join('\n');
}

function places(text: string): string[] {
  return [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? '').sort();
}

describe('the texts', () => {
  it('exist in both languages', () => {
    expect(Object.keys(de).sort()).toEqual([...keys].sort());
    for (const key of keys) expect(de[key].trim(), key).not.toBe('');
  });

  it('fill the same places in both languages', () => {
    for (const key of keys) expect(places(de[key]), key).toEqual(places(en[key]));
  });

  it('are all used', () => {
    const own = ['index.svelte.ts', 'measures.ts'].map((name) => readFileSync(join(import.meta.dirname, name), 'utf8'));
    const code = [sources(join(import.meta.dirname, '..')), ...own].join('\n');
    const unused = keys.filter((key) => {
      const stem = key.replace(/_(one|other)$/, '');
      return !code.includes(`'${key}'`) && !code.includes(`'${stem}'`) && !families.some((family) => key.startsWith(family));
    });
    expect(unused).toEqual([]);
  });

  it('stay short, calm and free of shouting', () => {
    for (const text of [...Object.values(en), ...Object.values(de)]) {
      for (const sentence of text.split(/[.;?:] /)) {
        expect(sentence.split(/\s+/).length, sentence).toBeLessThanOrEqual(14);
      }
      expect(text).not.toMatch(/!|successful|erfolgreich/i);
    }
  });

  it('have a word for every count', () => {
    for (const key of keys.filter((one) => one.endsWith('_one'))) {
      expect(keys).toContain(key.replace(/_one$/, '_other'));
    }
  });
});

describe('the lookup', () => {
  it('fills places and chooses the form of a count', () => {
    expect(t('pair_with', { name: 'Attic' })).toBe('Pair with Attic');
    expect(tn('review_changes', 1)).toBe('Review 1 change');
    expect(tn('review_changes', 1200)).toBe('Review 1,200 changes');
    useLanguage('de');
    expect(tn('review_changes', 1200)).toBe('1.200 Änderungen prüfen');
    expect(seconds(1.25)).toBe('1,3 s');
  });

  it('leaves a place it has no value for', () => {
    expect(t('pair_with')).toBe('Pair with {name}');
  });

  it('takes the first language it speaks', () => {
    expect(preferredLanguage(['fr-FR', 'de-AT', 'en'])).toBe('de');
    expect(preferredLanguage(['fr'])).toBe('en');
  });
});
