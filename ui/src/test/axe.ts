//! What a checker of accessibility finds in what is on the page. jsdom lays nothing out, so
//! contrast is the matter of architecture.test.ts.
import axe from 'axe-core';
import { expect } from 'vitest';

export async function expectAccessible(): Promise<void> {
  const found = await axe.run(document.querySelector('dialog[open]') ?? document.body, {
    rules: { 'color-contrast': { enabled: false }, region: { enabled: false }, 'page-has-heading-one': { enabled: false } },
  });
  const problems = found.violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.html).join(' | ')}`);
  expect(problems).toEqual([]);
}
