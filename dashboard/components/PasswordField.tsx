import type { JSX } from 'preact';
import { useId, useState } from 'preact/hooks';
import { t } from '../i18n/messages.ts';
import { Below, described, type FieldProps, setText, textOf } from './Field.tsx';

interface PasswordFieldProps<T> extends FieldProps<T> {
  readonly autocomplete: 'current-password' | 'new-password';
}

/** A password, which can be looked at: wet thumbs on a small phone mistype. Needs the messages of `signIn`. */
export function PasswordField<T>(props: PasswordFieldProps<T>): JSX.Element {
  const { form, name, label, hint, autocomplete } = props;
  const id = useId();
  const [visible, setVisible] = useState(false);
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <div class="with-button">
        <input
          class="input"
          id={id}
          name={name}
          {...(visible ? { type: 'text' as const } : { type: 'password' as const })}
          value={textOf(form, name)}
          autocomplete={autocomplete}
          autocapitalize="none"
          spellcheck={false}
          {...described(form, name, id, hint)}
          onInput={event => setText(form, name, event.currentTarget.value)}
        />
        <button
          type="button"
          class="button plain compact"
          aria-controls={id}
          onClick={() => setVisible(!visible)}
        >
          {visible ? t('account.hide') : t('account.show')}
        </button>
      </div>
      <Below id={id} hint={hint} wrong={form.errors[name]} />
    </div>
  );
}
