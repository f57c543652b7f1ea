import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { expect, it } from 'vitest';

const root = import.meta.dirname;

function files(dir: string): string[] {
  return readdirSync(dir, { withFileTypes: true }).flatMap((entry) => {
    const path = join(dir, entry.name);
    return entry.isDirectory() ? files(path) : /\.(svelte|ts)$/.test(path) ? [path] : [];
  });
}

const all = files(root)
  .filter((path) => !path.endsWith('.test.ts'))
  .map((path) => ({ name: relative(root, path), text: readFileSync(path, 'utf8') }));

it('only the client and the generated bindings touch the Tauri API', () => {
  const importers = all.filter(({ text }) => text.includes('@tauri-apps/')).map(({ name }) => name);
  expect(importers).toEqual(['ipc/bindings.ts']);
  const callers = all
    .filter(({ text }) => /import (?!type)[^;]*from '[^']*\/bindings'/.test(text))
    .map(({ name }) => name);
  expect(callers).toEqual(['ipc/client.ts']);
});

it('components know neither stores nor the program behind the window', () => {
  for (const { name, text } of all.filter(({ name }) => name.startsWith('components/'))) {
    expect(text, name).not.toMatch(/from '[^']*(stores|ipc|views)\//);
  }
});

it('stores know no view', () => {
  for (const { name, text } of all.filter(({ name }) => name.startsWith('stores/'))) {
    expect(text, name).not.toMatch(/from '[^']*(components|views)\//);
  }
});

it('colours come from the tokens', () => {
  for (const { name, text } of all.filter(({ name }) => name.endsWith('.svelte'))) {
    const style = text.split('<style>')[1] ?? '';
    expect(style, name).not.toMatch(/#[0-9a-f]{3,8}\b|rgba?\(|hsl/i);
  }
});

it('no text stands in a component or view', () => {
  for (const { name, text } of all.filter(({ name }) => name.endsWith('.svelte'))) {
    const markup = text.replace(/<script[\s\S]*?<\/script>/g, '').replace(/<style>[\s\S]*/g, '').replace(/<!--[\s\S]*?-->/g, '');
    const words = [...markup.matchAll(/>([^<>{}]*[A-Za-z]{3,}[^<>{}]*)</g)].map((match) => match[1]?.trim());
    expect(words.filter((word) => word && !/[=&|?:()]/.test(word)), name).toEqual([]);
  }
});

it('light and dark define the same roles', () => {
  const css = readFileSync(join(root, 'styles/tokens.css'), 'utf8');
  const [light = '', dark = ''] = css.split(":root[data-theme='dark']");
  const roles = (part: string) => [...new Set([...part.matchAll(/(--[a-z-]+): (?:#|rgb|0 12px)/g)].map((match) => match[1]))].sort();
  expect(roles(dark.split('}')[0] ?? '')).toEqual(roles(light));
});

it('text reaches 4.5:1 on its surface in both themes', () => {
  const css = readFileSync(join(root, 'styles/tokens.css'), 'utf8');
  const pairs: [string, string[]][] = [
    ['ink', ['surface', 'surface-raised', 'surface-sunken', 'hover', 'selected', 'info-surface', 'draft-surface', 'danger-surface']],
    ['muted', ['surface', 'surface-raised', 'surface-sunken', 'hover', 'selected', 'danger-surface']],
    ['accent', ['surface', 'surface-raised', 'surface-sunken', 'hover', 'selected']],
    ['accent-ink', ['accent', 'accent-hover']],
    ['draft-ink', ['surface', 'surface-raised', 'draft-surface', 'selected', 'hover']],
    ['danger-ink', ['surface', 'surface-raised', 'danger-surface', 'surface-sunken', 'selected']],
    ['verified-ink', ['surface-raised', 'verified-surface']],
    ['info-ink', ['surface-raised']],
  ];
  for (const part of [css.split(":root[data-theme='dark']")[0] ?? '', css.split(":root[data-theme='dark']")[1] ?? '']) {
    const colour = (role: string) => new RegExp(`--${role}: (#[0-9a-f]{6});`).exec(part)?.[1] ?? '';
    for (const [ink, surfaces] of pairs) {
      for (const surface of surfaces) {
        const ratio = contrast(colour(ink), colour(surface));
        expect(ratio, `${ink} on ${surface}`).toBeGreaterThanOrEqual(4.5);
      }
    }
  }
});

function contrast(a: string, b: string): number {
  const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const part = parseInt(hex.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
