import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { Claimed } from '../../models/contracts/claimCode.ts';
import { ApiError, api } from '../api.ts';
import { codeInAddress, exampleMessage, readClaimCode, settingsText, topicOfReadings } from '../claimCode.ts';
import { CopyButton } from '../components/CopyButton.tsx';
import { Logo } from '../components/Logo.tsx';
import { Note } from '../components/Note.tsx';
import { LanguageSwitch } from '../components/Settings.tsx';
import { t } from '../i18n/messages.ts';
import { paths } from '../router.ts';

type Failure =
  | 'badCode'
  | 'badHardwareId'
  | 'unknown'
  | 'used'
  | 'expired'
  | 'tooMany'
  | 'needsInternet'
  | 'other';

const failureOfCode: Record<string, Failure> = {
  'claim_code.unknown': 'unknown',
  'claim_code.used': 'used',
  'claim_code.expired': 'expired',
  'claim_code.too_many_attempts': 'tooMany',
  'request.invalid': 'badCode',
  unreachable: 'needsInternet',
};

/** The page a claim code's QR opens: no account, a code in, the settings of one device out, once. */
export function ClaimView(): JSX.Element {
  const [claimed, setClaimed] = useState<Claimed | null>(null);
  return (
    <div class="sign-in">
      <header>
        <span class="brand">
          <Logo size={30} />
          Tahan
        </span>
        <LanguageSwitch />
      </header>
      <main id="content" tabIndex={-1}>
        <h1>{claimed === null ? t('title.claim') : t('claim.done')}</h1>
        {claimed === null ? <CodeForm onClaimed={setClaimed} /> : <Settings claimed={claimed} />}
      </main>
    </div>
  );
}

function CodeForm({ onClaimed }: { onClaimed(claimed: Claimed): void }): JSX.Element {
  const [code, setCode] = useState(() => codeInAddress(location.hash));
  const [hardwareId, setHardwareId] = useState('');
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  useEffect(() => {
    // Another code scanned into the same page.
    const read = (): void => setCode(codeInAddress(location.hash));
    window.addEventListener('hashchange', read);
    return () => window.removeEventListener('hashchange', read);
  }, []);

  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const read = readClaimCode(code);
    const serial = hardwareId.trim();
    const wrong = read === null ? 'badCode' : /^[\w.:-]{0,64}$/.test(serial) ? null : 'badHardwareId';
    setFailure(wrong);
    if (read === null || wrong !== null) return;
    setBusy(true);
    try {
      const claimed = await api.claim(read, serial === '' ? undefined : serial);
      // The code is spent; it need not stay in the history of the phone.
      history.replaceState(history.state, '', paths.claim);
      onClaimed(claimed);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      setFailure(failureOfCode[error.code] ?? 'other');
    } finally {
      setBusy(false);
    }
  };

  return (
    <form class="stack" noValidate onSubmit={event => void submit(event)}>
      <p class="second">{t('claim.how')}</p>
      <div class="field">
        <label for="code">{t('claim.code')}</label>
        <input
          class="input code-input"
          id="code"
          value={code}
          placeholder="7K3Q-9ZPM"
          maxLength={32}
          autocomplete="off"
          autocapitalize="characters"
          spellcheck={false}
          onInput={event => setCode(event.currentTarget.value)}
        />
      </div>
      <div class="field">
        <label for="hardware-id">{t('claim.hardwareId')}</label>
        <input
          class="input"
          id="hardware-id"
          value={hardwareId}
          autocomplete="off"
          autocapitalize="none"
          spellcheck={false}
          aria-describedby="hardware-hint"
          onInput={event => setHardwareId(event.currentTarget.value)}
        />
        <p class="hint" id="hardware-hint">
          {t('claim.hardwareHint')}
        </p>
      </div>
      {failure !== null && (
        <Note status="risk" alert>
          {t(`claim.${failure}`)}
        </Note>
      )}
      <button type="submit" class="button primary large" disabled={busy}>
        {busy ? t('claim.busy') : t('claim.submit')}
      </button>
    </form>
  );
}

function Settings({ claimed }: { claimed: Claimed }): JSX.Element {
  const { host, port, tlsPort, username, password } = claimed.mqtt;
  const rows: readonly (readonly [string, string])[] = [
    [t('claim.host'), host],
    [t('claim.port'), String(port)],
    ...(tlsPort === null ? [] : [[t('claim.tlsPort'), String(tlsPort)] as const]),
    [t('claim.username'), username],
    [t('claim.password'), password],
    [t('claim.topic'), topicOfReadings(claimed.nodeId)],
    [t('claim.example'), exampleMessage],
  ];
  return (
    <div class="stack">
      <Note status="soon">{t('claim.once')}</Note>
      <dl class="card copy-rows">
        {rows.map(([label, value]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{value}</dd>
            <dd>
              <CopyButton text={value} label={label} />
            </dd>
          </div>
        ))}
      </dl>
      <CopyButton text={settingsText(claimed)} label={t('claim.copyAll')} named />
    </div>
  );
}
