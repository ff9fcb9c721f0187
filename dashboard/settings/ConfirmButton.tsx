import type { ComponentChildren, JSX } from 'preact';
import { useId, useRef, useState } from 'preact/hooks';
import { Icon, type IconName } from '../components/Icon.tsx';
import { Note } from '../components/Note.tsx';
import { t } from '../i18n/messages.ts';
import { asRefusal } from '../state.ts';
import { refusalText } from './refusal.ts';

interface ConfirmButtonProps {
  /** Names what is taken away: "Hapus Kulkas depan". */
  readonly label: string;
  /** What will be otherwise afterwards. */
  readonly effect: ComponentChildren;
  /** What stands on the first button; the second always names the object. */
  readonly short?: string;
  readonly icon?: IconName;
  onConfirm(): Promise<void>;
}

/** A button for what cannot be undone: says what it does, and does it when that is confirmed. */
export function ConfirmButton(props: ConfirmButtonProps): JSX.Element {
  const { label, effect, short, icon = 'trash', onConfirm } = props;
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);
  const confirm = async (): Promise<void> => {
    setBusy(true);
    setFailure(null);
    try {
      await onConfirm();
      dialog.current?.close();
    } catch (error) {
      setFailure(refusalText(asRefusal(error)));
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <button
        type="button"
        class="button compact"
        onClick={() => {
          setFailure(null);
          dialog.current?.showModal();
        }}
      >
        <Icon name={icon} size={18} />
        {short ?? label}
        {short !== undefined && <span class="for-reader"> ({label})</span>}
      </button>
      <dialog class="confirm" ref={dialog} aria-labelledby={`${id}effect`}>
        <p id={`${id}effect`}>{effect}</p>
        {failure !== null && (
          <Note status="risk" alert>
            {failure}
          </Note>
        )}
        <div class="buttons">
          <button type="button" class="button danger" disabled={busy} onClick={() => void confirm()}>
            {label}
          </button>
          <button type="button" class="button" onClick={() => dialog.current?.close()}>
            {t('manage.notAfterAll')}
          </button>
        </div>
      </dialog>
    </>
  );
}
