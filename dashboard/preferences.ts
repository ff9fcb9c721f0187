import { computed, effect, signal } from '@preact/signals';
import { type Language, languages } from './i18n/catalogues.ts';
import { showLanguage, shownLanguage } from './i18n/messages.ts';

export type { Language } from './i18n/catalogues.ts';
export type Theme = 'light' | 'dark' | 'system';

const darkScheme = window.matchMedia('(prefers-color-scheme: dark)');

function stored<T extends string>(key: string, allowed: readonly T[], otherwise: T): T {
  try {
    const value = localStorage.getItem(key);
    return allowed.find(one => one === value) ?? otherwise;
  } catch {
    // Forbidden storage: start from the default every time.
    return otherwise;
  }
}

function store(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    // Forbidden storage: the choice lasts as long as the page.
  }
}

export const language = signal<Language>(stored('tahan.language', languages, 'id'));
export const theme = signal<Theme>(stored('tahan.theme', ['light', 'dark', 'system'], 'system'));
const systemIsDark = signal(darkScheme.matches);

export const shownTheme = computed<'light' | 'dark'>(() => {
  if (theme.value !== 'system') return theme.value;
  return systemIsDark.value ? 'dark' : 'light';
});

/** Keeps `<html lang>`, the colours and the stored choices in step with the signals. */
export async function applyPreferences(): Promise<void> {
  darkScheme.addEventListener('change', event => {
    systemIsDark.value = event.matches;
  });
  effect(() => {
    document.documentElement.lang = shownLanguage.value;
  });
  effect(() => {
    store('tahan.language', language.value);
  });
  effect(() => {
    document.documentElement.dataset.theme = shownTheme.value;
    document.querySelector('meta[name=theme-color]')?.setAttribute('content', barColour[shownTheme.value]);
    store('tahan.theme', theme.value);
  });
  // Words that cannot be fetched leave those that are there; the choice holds for the next start.
  effect(() => void showLanguage(language.value).catch(() => undefined));
  await showLanguage(language.value).catch(() => showLanguage('id'));
}

const barColour = { light: '#f4f6f5', dark: '#0c1311' };
