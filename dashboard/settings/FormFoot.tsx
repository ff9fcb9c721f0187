import type { JSX } from 'preact';
import { Note } from '../components/Note.tsx';
import { t } from '../i18n/messages.ts';
import type { Form } from '../useForm.ts';

interface FormFootProps {
  // biome-ignore lint/suspicious/noExplicitAny: whatever is typed in it
  readonly form: Form<any>;
  readonly save: string;
  /** Said once it is saved. */
  readonly saved?: string | null;
  /** Puts the form away again. */
  onClose?(): void;
}

/** What ends every form: what went wrong or well, the button that sends it, the way out. */
export function FormFoot({ form, save, saved = null, onClose }: FormFootProps): JSX.Element {
  return (
    <>
      {form.failure !== null && form.failure !== '' && (
        <Note status="risk" alert>
          {form.failure}
        </Note>
      )}
      {saved !== null && form.failure === null && <Note status="fresh">{saved}</Note>}
      <div class="buttons">
        <button type="submit" class="button primary" disabled={form.busy}>
          {form.busy ? t('manage.saving') : save}
        </button>
        {onClose !== undefined && (
          <button type="button" class="button" onClick={onClose}>
            {t('common.cancel')}
          </button>
        )}
      </div>
    </>
  );
}
