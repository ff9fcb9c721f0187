import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { t } from '../i18n/messages.ts';
import { type Said, said } from '../snack.ts';
import { snack, undoSoldOut } from '../soldOut.ts';

const staysMs = 10_000;

/** What was just done, with undo. Stays ten seconds, and as long as focus or pointer rests on it. */
export function Snackbar(): JSX.Element | null {
  const shown = said.value;
  const sold = snack.value;
  const [held, setHeld] = useState(false);
  useEffect(() => {
    if ((shown === null && sold === null) || held) return;
    const timer = setTimeout(dismiss, staysMs);
    return () => clearTimeout(timer);
  }, [shown, sold, held]);
  const message = shown ?? (sold === null ? null : ofSoldOut(sold));
  if (message === null) return null;
  return (
    <div
      class="snack"
      role={message.failed ? 'alert' : 'status'}
      onFocusIn={() => setHeld(true)}
      onFocusOut={() => setHeld(false)}
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
    >
      <span class="grow">{message.text}</span>
      {message.undo !== undefined && (
        <button type="button" onClick={message.undo}>
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
  snack.value = null;
}

function ofSoldOut({ text, batch }: NonNullable<typeof snack.value>): Said {
  if (text === 'sold-out')
    return { text: t('soldOut.snack', { name: batch.name }), undo: () => void undoSoldOut(batch) };
  return { text: t(text === 'failed' ? 'soldOut.failed' : 'failed.notAllowed'), failed: true };
}
