import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { t } from '../i18n/messages.ts';
import { Icon } from './Icon.tsx';

interface CopyButtonProps {
  readonly text: string;
  /** What a click copies, for those who do not see the row it stands in. */
  readonly label: string;
  /** Shows the label instead of the short word. */
  readonly named?: boolean;
}

/** Puts a text on the clipboard and says whether that worked. */
export function CopyButton({ text, label, named = false }: CopyButtonProps): JSX.Element {
  const [outcome, setOutcome] = useState<{ of: string; word: 'done' | 'failed' } | null>(null);
  const shown = outcome?.of === text ? t(`copy.${outcome.word}`) : named ? label : t('copy.action');
  return (
    <button
      type="button"
      class="button compact"
      aria-label={
        outcome?.of === text ? `${label}: ${shown}` : named ? label : `${t('copy.action')} ${label}`
      }
      onClick={() => void copyText(text).then(ok => setOutcome({ of: text, word: ok ? 'done' : 'failed' }))}
    >
      <Icon name={outcome?.word === 'done' && outcome.of === text ? 'check' : 'copy'} size={18} />
      <span aria-live="polite">{shown}</span>
    </button>
  );
}

async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // Forbidden, or a page without TLS, which has no clipboard: the old way works there.
    return copyBySelection(text);
  }
}

function copyBySelection(text: string): boolean {
  const area = document.createElement('textarea');
  area.value = text;
  area.className = 'for-reader';
  const focused = document.activeElement;
  document.body.append(area);
  area.select();
  const copied = document.execCommand('copy');
  area.remove();
  if (focused instanceof HTMLElement) focused.focus();
  return copied;
}
