import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { words } from '../preferences.ts';
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
  const { soldOut, failed } = words.value;
  const text =
    shown.text === 'sold-out'
      ? soldOut.snack(shown.batch.name)
      : shown.text === 'failed'
        ? soldOut.failed
        : failed.notAllowed;
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
          {soldOut.undo}
        </button>
      )}
      <button
        type="button"
        onClick={() => {
          snack.value = null;
        }}
      >
        {soldOut.dismiss}
      </button>
    </div>
  );
}
