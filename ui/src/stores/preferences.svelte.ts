//! Looks and language: the only things the window itself remembers.
import { preferredLanguage, useLanguage, type Language } from '../i18n/index.svelte';

export type Theme = 'system' | 'light' | 'dark';
/** Somebody who does this every day is not asked again. */
export type Who = 'technician';
export type LanguageChoice = 'system' | Language;

export class Preferences {
  theme = $state<Theme>('system');
  language = $state<LanguageChoice>('system');
  /** Whose window it is; nothing until somebody said so. */
  who = $state<Who | null>(null);
  /** Whether the dark set of colours is in use. */
  isDark = $state(false);
  /** The texts of the language are here. */
  readonly ready: Promise<void>;
  private readonly dark = globalThis.matchMedia?.('(prefers-color-scheme: dark)');

  constructor() {
    this.theme = stored('theme', ['system', 'light', 'dark'], 'system');
    this.language = stored('language', ['system', 'en', 'de'], 'system');
    this.who = stored<Who | ''>('who', ['technician'], '') || null;
    this.dark?.addEventListener('change', () => this.showTheme());
    this.showTheme();
    this.ready = this.showLanguage();
  }

  setTheme(theme: Theme): void {
    this.theme = theme;
    store('theme', theme);
    this.showTheme();
  }

  setLanguage(language: LanguageChoice): void {
    this.language = language;
    store('language', language);
    void this.showLanguage();
  }

  setWho(who: Who): void {
    this.who = who;
    store('who', who);
  }

  private showTheme(): void {
    this.isDark = this.theme === 'dark' || (this.theme === 'system' && (this.dark?.matches ?? false));
    document.documentElement.dataset.theme = this.isDark ? 'dark' : 'light';
  }

  private showLanguage(): Promise<void> {
    return useLanguage(this.language === 'system' ? preferredLanguage(navigator.languages) : this.language);
  }
}

function stored<T extends string>(key: string, allowed: readonly T[], otherwise: T): T {
  const value = localStorage.getItem(`lanside.${key}`);
  return allowed.find((one) => one === value) ?? otherwise;
}

function store(key: string, value: string): void {
  localStorage.setItem(`lanside.${key}`, value);
}
