import type { JSX } from 'preact';
import { now } from '../clock.ts';
import { t } from '../i18n/messages.ts';
import { paths } from '../router.ts';
import { agreedAt, cutSince, format, me, online } from '../state.ts';
import { Icon } from './Icon.tsx';
import { Logo } from './Logo.tsx';

/** Head of the first page on a phone: whose it is, how new it is, and the ways that have no tab. */
export function PhoneTop(): JSX.Element {
  const fallenBehind = !online.value || cutSince.value !== null;
  const at = agreedAt.value;
  return (
    <header class="top">
      <Logo size={30} />
      <div class="title grow">{me.value?.organisation.name ?? 'Tahan'}</div>
      {at !== null &&
        (fallenBehind ? (
          <span class="chip soon">{t('life.dataAt', { at: format.value.moment(at, now.value) })}</span>
        ) : (
          <span class="agreed">
            <Icon name="check" size={18} />
            <span class="for-reader">
              {t('home.updatedAt', { clock: format.value.clock(at), zone: format.value.zone.name })}
            </span>
            <span aria-hidden="true">{format.value.clock(at)}</span>
          </span>
        ))}
      <a class="icon-button" href={paths.scan} aria-label={t('nav.scan')}>
        <Icon name="qr" size={22} />
      </a>
      <a class="icon-button" href={paths.settings} aria-label={t('nav.account')}>
        <Icon name="user" size={22} />
      </a>
    </header>
  );
}
