import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { t } from '../i18n/messages.ts';
import { snack, undoSoldOut } from '../soldOut.ts';

const staysMs = 10_000;

/** What was just done, with undo. Stays ten seconds, and as long as focus or pointer rests on it. */
export function Snackbar(): JSX.Element | null {
  const shown = snack.value;
  const [held, setHeld] = useState(false);
  useEffect(() => {
    if (shown === null || held) return;
    const timer = setTimeout(() => {
      snack.value = null;
    }, staysMs);
    return () => clearTimeout(timer);
  }, [shown, held]);
  if (shown === null) return null;
  const text =
    shown.text === 'sold-out'
      ? t('soldOut.snack', { name: shown.batch.name })
      : shown.text === 'failed'
        ? t('soldOut.failed')
        : t('failed.notAllowed');
  return (
    <div
      class="snack"
      role={shown.text === 'sold-out' ? 'status' : 'alert'}
      onFocusIn={() => setHeld(true)}
      onFocusOut={() => setHeld(false)}
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
    >
      <span class="grow">{text}</span>
      {shown.text === 'sold-out' && (
        <button type="button" onClick={() => void undoSoldOut(shown.batch)}>
          {t('soldOut.undo')}
        </button>
      )}
      <button
        type="button"
        onClick={() => {
          snack.value = null;
        }}
      >
        {t('soldOut.dismiss')}
      </button>
    </div>
  );
}
