import type { JSX } from 'preact';
import { t } from '../i18n/messages.ts';
import { type Language, language, type Theme, theme } from '../preferences.ts';
import { paths } from '../router.ts';
import { me, signOut } from '../state.ts';
import { Icon } from './Icon.tsx';
import { Segmented } from './Segmented.tsx';

/** Short where it is plain, and each in its own script. */
const choices: readonly { value: Language; label: string; lang: string }[] = [
  { value: 'id', label: 'ID', lang: 'id' },
  { value: 'en', label: 'EN', lang: 'en' },
  { value: 'ja', label: '日本語', lang: 'ja' },
];

export function LanguageSwitch(): JSX.Element {
  return (
    <Segmented<Language>
      label={t('settings.language')}
      options={choices}
      value={language.value}
      onChange={value => {
        language.value = value;
      }}
    />
  );
}

function ThemeSwitch(): JSX.Element {
  const options: readonly { value: Theme; label: string }[] = [
    { value: 'light', label: t('settings.light') },
    { value: 'dark', label: t('settings.dark') },
    { value: 'system', label: t('settings.system') },
  ];
  return (
    <Segmented<Theme>
      label={t('settings.theme')}
      options={options}
      value={theme.value}
      onChange={value => {
        theme.value = value;
      }}
    />
  );
}

/** Language, colours, who is signed in, and the way out. */
export function Settings(): JSX.Element {
  const account = me.value;
  return (
    <section class="settings" aria-label={t('settings.title')}>
      {account && (
        <>
          <p class="account">
            {account.organisation.name}
            <br />
            {account.name}
          </p>
          <a class="button compact to-settings" href={paths.settings}>
            <Icon name="user" size={18} />
            {t('nav.settings')}
          </a>
        </>
      )}
      <LanguageSwitch />
      <ThemeSwitch />
      <button type="button" class="button compact" onClick={() => void signOut()}>
        {t('signIn.signOut')}
      </button>
    </section>
  );
}
