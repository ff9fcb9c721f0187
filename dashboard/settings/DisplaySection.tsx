import type { JSX } from 'preact';
import { Segmented } from '../components/Segmented.tsx';
import { t } from '../i18n/messages.ts';
import { type Language, language, type Theme, theme } from '../preferences.ts';

/** How this phone shows things: nothing that is kept elsewhere. */
export function DisplaySection(): JSX.Element {
  return (
    <div class="stack">
      <p class="second">{t('manage.display.how')}</p>
      <div class="card padded decision">
        <h2>{t('manage.display.language')}</h2>
        <Segmented<Language>
          label={t('manage.display.language')}
          options={[
            { value: 'id', label: 'Bahasa Indonesia', lang: 'id' },
            { value: 'en', label: 'English', lang: 'en' },
            { value: 'ja', label: '日本語', lang: 'ja' },
          ]}
          value={language.value}
          onChange={value => {
            language.value = value;
          }}
        />
      </div>
      <div class="card padded decision">
        <h2>{t('manage.display.theme')}</h2>
        <Segmented<Theme>
          label={t('manage.display.theme')}
          options={[
            { value: 'light', label: t('manage.display.light') },
            { value: 'dark', label: t('manage.display.dark') },
            { value: 'system', label: t('manage.display.system') },
          ]}
          value={theme.value}
          onChange={value => {
            theme.value = value;
          }}
        />
      </div>
    </div>
  );
}
