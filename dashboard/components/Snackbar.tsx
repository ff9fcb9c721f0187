import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { t } from '../i18n/messages.ts';
import { said } from '../snack.ts';

const staysMs = 10_000;

/** What was just done, with undo. Stays ten seconds, and as long as focus or pointer rests on it. */
export function Snackbar(): JSX.Element | null {
  const shown = said.value;
  const [held, setHeld] = useState(false);
  useEffect(() => {
    if (shown === null || held) return;
    const timer = setTimeout(dismiss, staysMs);
    return () => clearTimeout(timer);
  }, [shown, held]);
  if (shown === null) return null;
  return (
    <div
      class="snack"
      role={shown.failed ? 'alert' : 'status'}
      onFocusIn={() => setHeld(true)}
      onFocusOut={() => setHeld(false)}
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
    >
      <span class="grow">{shown.text}</span>
      {shown.undo !== undefined && (
        <button type="button" onClick={shown.undo}>
          {t('soldOut.undo')}
        </button>
      )}
      <button type="button" onClick={dismiss}>
        {t('soldOut.dismiss')}
      </button>
    </div>
  );
}

function dismiss(): void {
  said.value = null;
}
