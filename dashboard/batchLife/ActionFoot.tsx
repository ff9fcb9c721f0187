import type { JSX } from 'preact';
import type { ApiError } from '../api.ts';
import { Note } from '../components/Note.tsx';
import { failureText } from '../failureText.ts';
import { asRefusal, format } from '../state.ts';
import type { Form } from '../useForm.ts';

interface ActionFootProps {
  // biome-ignore lint/suspicious/noExplicitAny: whatever is typed in it
  readonly form: Form<any>;
  readonly save: string;
  readonly saved?: string | null;
  readonly look?: 'primary' | 'danger';
}

/** What ends each form of a batch: what went wrong or well, and the button that does it. */
export function ActionFoot({ form, save, saved = null, look = 'primary' }: ActionFootProps): JSX.Element {
  return (
    <>
      {form.failure !== null && form.failure !== '' && (
        <Note status="risk" alert>
          {form.failure}
        </Note>
      )}
      {saved !== null && form.failure === null && <Note status="fresh">{saved}</Note>}
      <button type="submit" class={`button ${look}`} disabled={form.busy}>
        {save}
      </button>
    </>
  );
}

/** A refusal for the whole form; `useForm` puts those of fields at their fields. */
export const refused = (error: ApiError): string => failureText(asRefusal(error), format.value.t);
