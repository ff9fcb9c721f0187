import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { GrantView } from '../../models/contracts/grant.ts';
import { now } from '../clock.ts';
import { Note } from '../components/Note.tsx';
import { PageHead } from '../components/PageHead.tsx';
import { t } from '../i18n/messages.ts';
import { paths } from '../router.ts';
import { refusalText } from '../settings/refusal.ts';
import { settingsApi } from '../settings/settingsApi.ts';
import { asRefusal, format, me } from '../state.ts';

/** Takes what another firm shares by a link, for the firm this account works for. */
export function SharedView(): JSX.Element | null {
  const [secret] = useState(() => location.hash.slice(1));
  const [taken, setTaken] = useState<GrantView | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const account = me.value;
  if (!account) return null;
  const accept = async (): Promise<void> => {
    setBusy(true);
    setFailure(null);
    try {
      setTaken(await settingsApi.acceptGrant(secret));
      history.replaceState(history.state, '', paths.shared);
    } catch (error) {
      const refusal = asRefusal(error);
      setFailure(refusal.status === 422 ? t('account.join.noSecret') : refusalText(refusal));
    } finally {
      setBusy(false);
    }
  };
  return (
    <main id="content" tabIndex={-1}>
      <PageHead title={t('account.share.title')} crumb={t('account.share.title')} />
      <div class="stack narrow-form">
        {taken !== null ? (
          <Taken grant={taken} />
        ) : (
          <>
            <p>{t('account.share.how')}</p>
            <p class="second">
              {t('account.share.for', { firm: account.organisation.name, name: account.name })}
            </p>
            {failure !== null && (
              <Note status="risk" alert>
                {failure}
              </Note>
            )}
            <button
              type="button"
              class="button primary large"
              disabled={busy || secret === ''}
              onClick={() => void accept()}
            >
              {t('account.share.accept')}
            </button>
          </>
        )}
      </div>
    </main>
  );
}

function Taken({ grant }: { grant: GrantView }): JSX.Element {
  const { fromOrganisation, expiresAt, subject } = grant;
  const at = format.value.moment(Date.parse(expiresAt), now.value);
  return (
    <>
      <Note status="fresh">{t('account.share.done', { firm: fromOrganisation.name, at })}</Note>
      {subject === 'shipment' ? (
        <a class="button primary large" href={paths.shipments}>
          {t('account.share.toShipments')}
        </a>
      ) : (
        <a class="button primary large" href={paths.settingsSection('berbagi')}>
          {t('account.share.toSettings')}
        </a>
      )}
    </>
  );
}
