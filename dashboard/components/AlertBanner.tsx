import type { JSX } from 'preact';
import { alertStatus } from '../alertList.ts';
import { unhandledAlerts } from '../alerts.ts';
import { t } from '../i18n/messages.ts';
import { paths } from '../router.ts';
import { Icon } from './Icon.tsx';

/** "3 peringatan belum ditangani", with the worst of them; nothing while there are none. Leads to the list. */
export function AlertBanner(): JSX.Element | null {
  const [worst, ...others] = unhandledAlerts.value;
  if (worst === undefined) return null;
  const status = alertStatus(worst);
  return (
    <a
      class={`alert-banner ${status}`}
      href={others.length === 0 ? paths.alert(worst.alertId) : paths.alerts}
    >
      <Icon name={status} size={22} />
      <span class="grow">
        <b>{t('alertBanner.count', { n: others.length + 1 })}</b>
        <span class="medium second">
          {t('alertBanner.worst', {
            name: worst.facts.subjectName,
            kind: t(`alertKind.${worst.kind}`),
          })}
        </span>
      </span>
      <Icon name="forward" size={20} />
    </a>
  );
}
