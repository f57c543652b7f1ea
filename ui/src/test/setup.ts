//! What jsdom lacks and the window uses.
import { cleanup, configure } from '@testing-library/svelte';
import { afterEach, beforeEach } from 'vitest';
import { fetchLanguage, useLanguage } from '../i18n/index.svelte';

// An area is fetched when it is first looked at, which takes its time on a busy machine.
configure({ asyncUtilTimeout: 10_000 });

await Promise.all([fetchLanguage('en'), fetchLanguage('de')]);

beforeEach(async () => {
  localStorage.clear();
  await useLanguage('en');
});

afterEach(() => cleanup());

if (!HTMLDialogElement.prototype.showModal) {
  HTMLDialogElement.prototype.showModal = function () {
    this.open = true;
  };
  HTMLDialogElement.prototype.close = function () {
    this.open = false;
  };
}

globalThis.ResizeObserver ??= class {
  observe() {}
  unobserve() {}
  disconnect() {}
};
