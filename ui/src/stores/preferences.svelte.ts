//! Looks and language: the only things the window itself remembers.
import { preferredLanguage, useLanguage, type Language } from '../i18n/index.svelte';

export type Theme = 'system' | 'light' | 'dark';
export type LanguageChoice = 'system' | Language;

export class Preferences {
  theme = $state<Theme>('system');
  language = $state<LanguageChoice>('system');
  private readonly dark = globalThis.matchMedia?.('(prefers-color-scheme: dark)');

  constructor() {
    this.theme = stored('theme', ['system', 'light', 'dark'], 'system');
    this.language = stored('language', ['system', 'en', 'de'], 'system');
    this.dark?.addEventListener('change', () => this.showTheme());
    this.showTheme();
    this.showLanguage();
  }

  setTheme(theme: Theme): void {
    this.theme = theme;
    store('theme', theme);
    this.showTheme();
  }

  setLanguage(language: LanguageChoice): void {
    this.language = language;
    store('language', language);
    this.showLanguage();
  }

  private showTheme(): void {
    const dark = this.theme === 'dark' || (this.theme === 'system' && this.dark?.matches);
    document.documentElement.dataset.theme = dark ? 'dark' : 'light';
  }

  private showLanguage(): void {
    useLanguage(this.language === 'system' ? preferredLanguage(navigator.languages) : this.language);
  }
}

function stored<T extends string>(key: string, allowed: readonly T[], otherwise: T): T {
  const value = localStorage.getItem(`lanside.${key}`);
  return allowed.find((one) => one === value) ?? otherwise;
}

function store(key: string, value: string): void {
  localStorage.setItem(`lanside.${key}`, value);
}
