import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { unhandledAlerts } from '../alerts.ts';
import { t } from '../i18n/messages.ts';
import { agreedAt } from '../state.ts';

/** Reads a new alert of a risk or warning out once, on whatever page; what was there at the start is no news. */
export function AlertAnnouncer(): JSX.Element {
  const known = useRef<Set<string> | null>(null);
  const [message, setMessage] = useState('');
  const waiting = unhandledAlerts.value;
  const isKnown = agreedAt.value !== null;
  useEffect(() => {
    if (!isKnown) return;
    const fresh = waiting.filter(
      alert => alert.severity !== 'info' && known.current !== null && !known.current.has(alert.alertId),
    );
    known.current = new Set([...(known.current ?? []), ...waiting.map(alert => alert.alertId)]);
    const [first] = fresh;
    if (first)
      setMessage(
        t('alertBanner.newOne', { name: first.facts.subjectName, kind: t(`alertKind.${first.kind}`) }),
      );
  }, [waiting, isKnown]);
  return (
    <div class="for-reader" role="alert">
      {message}
    </div>
  );
}
