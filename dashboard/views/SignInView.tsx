import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { ApiError } from '../api.ts';
import { Logo } from '../components/Logo.tsx';
import { Note } from '../components/Note.tsx';
import { LanguageSwitch } from '../components/Settings.tsx';
import { words } from '../preferences.ts';
import { signIn } from '../state.ts';

type Failure = 'wrong' | 'tooMany' | 'needsInternet' | 'missing' | 'other';

function failureOf(error: unknown): Failure {
  if (!(error instanceof ApiError)) throw error;
  if (error.unreachable) return 'needsInternet';
  if (error.status === 429) return 'tooMany';
  return error.status === 401 || error.status === 400 || error.status === 422 ? 'wrong' : 'other';
}

export function SignInView(): JSX.Element {
  const { signIn: text, failed } = words.value;
  const [visible, setVisible] = useState(false);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);

  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    const email = String(form.get('email')).trim();
    const password = String(form.get('password'));
    if (email === '' || password === '') {
      setFailure('missing');
      return;
    }
    setBusy(true);
    setFailure(null);
    try {
      await signIn(email, password);
    } catch (error) {
      setFailure(failureOf(error));
    } finally {
      setBusy(false);
    }
  };

  return (
    <div class="sign-in">
      <header>
        <span class="brand">
          <Logo size={30} />
          Tahan
        </span>
        <LanguageSwitch />
      </header>
      <main>
        <h1>{text.title}</h1>
        <form class="stack" noValidate onSubmit={event => void submit(event)}>
          <div class="field">
            <label for="email">{text.email}</label>
            <input
              class="input"
              id="email"
              name="email"
              type="email"
              autocomplete="username"
              autocapitalize="none"
              spellcheck={false}
            />
          </div>
          <div class="field">
            <label for="password">{text.password}</label>
            <div class="with-button">
              <input
                class="input"
                id="password"
                name="password"
                {...(visible ? { type: 'text' as const } : { type: 'password' as const })}
                autocomplete="current-password"
              />
              <button
                type="button"
                class="button plain compact"
                aria-controls="password"
                onClick={() => setVisible(!visible)}
              >
                {visible ? text.hide : text.show}
              </button>
            </div>
          </div>
          {failure !== null && (
            <Note status="risk" alert>
              {failure === 'other' ? failed.load : text[failure]}
            </Note>
          )}
          <button type="submit" class="button primary large" disabled={busy}>
            {text.submit}
          </button>
        </form>
        <p class="medium second" style={{ marginTop: '18px' }}>
          {text.stays}
        </p>
      </main>
    </div>
  );
}
