import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { ClaimCodeView } from '../../models/contracts/claimCode.ts';
import { api } from '../api.ts';
import { ClaimCodeCard } from '../components/ClaimCodeCard.tsx';
import { Icon } from '../components/Icon.tsx';
import { NodeNameFields } from '../components/NodeNameFields.tsx';
import { Note } from '../components/Note.tsx';
import { PageHead } from '../components/PageHead.tsx';
import { PairingStepList } from '../components/PairingSteps.tsx';
import { failureText } from '../failureText.ts';
import { t } from '../i18n/messages.ts';
import { readNodeNames } from '../readNodeNames.ts';
import { paths } from '../router.ts';
import { asRefusal, maySetUpNodes } from '../state.ts';
import { NotFoundView } from './NotFoundView.tsx';
import '../style/sensors.css';

/** Pasang sensor: name and place, then a code that the device uses, then its first value. One screen. */
export function InstallNodeView(): JSX.Element {
  const [typed, setTyped] = useState({ name: '', place: '' });
  const [issued, setIssued] = useState<{ claimCode: ClaimCodeView; name: string } | null>(null);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);
  if (!maySetUpNodes.value) return <NotFoundView />;

  const make = async (): Promise<void> => {
    const read = readNodeNames(typed, t);
    setFailure('wrong' in read ? read.wrong : null);
    if ('wrong' in read) return;
    setBusy(true);
    try {
      setIssued({ claimCode: await api.makeClaimCode(read.names), name: read.names.name });
    } catch (error) {
      setFailure(failureText(asRefusal(error), t));
    } finally {
      setBusy(false);
    }
  };

  return (
    <main id="content" tabIndex={-1}>
      <PageHead
        title={t('title.installNode')}
        crumb={t('title.installNode')}
        above={{ path: paths.nodes, label: t('nav.nodes') }}
      />
      <div class="install">
        {issued === null ? (
          <form
            class="stack narrow-form"
            noValidate
            onSubmit={event => {
              event.preventDefault();
              void make();
            }}
          >
            <p class="second">{t('sensors.install.how')}</p>
            <NodeNameFields typed={typed} onChange={setTyped} />
            {failure !== null && (
              <Note status="risk" alert>
                {failure}
              </Note>
            )}
            <button type="submit" class="button primary large" disabled={busy}>
              <Icon name="sensor" size={22} />
              {busy ? t('sensors.install.making') : t('sensors.install.make')}
            </button>
          </form>
        ) : (
          <div class="stack narrow-form">
            <ClaimCodeCard claimCode={issued.claimCode} name={issued.name} />
            <button
              type="button"
              class="button compact"
              onClick={() => {
                setIssued(null);
                setTyped({ name: '', place: typed.place });
              }}
            >
              {t('sensors.install.another')}
            </button>
          </div>
        )}
        <aside class="install-steps">
          <PairingStepList current={issued === null ? 'name' : 'code'} />
        </aside>
      </div>
    </main>
  );
}
