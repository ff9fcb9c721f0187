import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { GrantView } from '../../models/contracts/grant.ts';
import type { ShipmentView } from '../../models/contracts/shipment.ts';
import { now } from '../clock.ts';
import { CopyButton } from '../components/CopyButton.tsx';
import { Icon } from '../components/Icon.tsx';
import { Note } from '../components/Note.tsx';
import { t } from '../i18n/messages.ts';
import { asRefusal, format } from '../state.ts';
import { dayMs } from '../zone.ts';
import { shipmentsApi } from './shipmentsApi.ts';

const readableAfterArrivalMs = 7 * dayMs;

/** A link that shows the receiver this shipment without an account, and what links there are. */
export function ShareCard({ shipment }: { shipment: ShipmentView }): JSX.Element {
  const [url, setUrl] = useState<string | null>(null);
  const [links, setLinks] = useState<readonly GrantView[]>([]);
  const [failed, setFailed] = useState(false);
  const { shipmentId } = shipment;
  const attempt = async (act: () => Promise<void>): Promise<void> => {
    try {
      await act();
      setFailed(false);
      const { grants } = await shipmentsApi.grants();
      setLinks(grants.filter(grant => isOpenLink(grant, shipmentId)));
    } catch (error) {
      asRefusal(error);
      setFailed(true);
    }
  };
  useEffect(() => void attempt(async () => undefined), [shipmentId]);
  const make = async (): Promise<void> => {
    const until = Math.max(now.value, Date.parse(shipment.expectedArrivalAt)) + readableAfterArrivalMs;
    setUrl((await shipmentsApi.makeLink(shipmentId, new Date(until).toISOString())).url);
  };
  const takeBack = async (grantId: string): Promise<void> => {
    await shipmentsApi.takeBack(grantId);
    setUrl(null);
  };
  return (
    <section class="card padded">
      <h2>{t('shipments.share')}</h2>
      <p class="medium second">{t('shipments.share.how')}</p>
      {url === null ? (
        <button type="button" class="button" onClick={() => void attempt(make)}>
          <Icon name="share" size={18} />
          {t('shipments.share.make')}
        </button>
      ) : (
        <MadeLink url={url} name={shipment.name} />
      )}
      {failed && (
        <Note status="soon" alert>
          {t('shipments.share.failed')}
        </Note>
      )}
      {links.length > 0 && (
        <ul class="links">
          {links.map(({ grantId, createdAt, expiresAt }) => (
            <li key={grantId}>
              <span class="grow medium">
                {t('shipments.share.link', {
                  made: format.value.moment(Date.parse(createdAt), now.value),
                  until: format.value.moment(Date.parse(expiresAt), now.value),
                })}
              </span>
              <button
                type="button"
                class="button compact"
                onClick={() => void attempt(() => takeBack(grantId))}
              >
                {t('shipments.share.takeBack')}
              </button>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

const isOpenLink = (
  { direction, state, subject, subjectId, toOrgId, toEmail }: GrantView,
  shipmentId: string,
) =>
  direction === 'given' &&
  state === 'open' &&
  subject === 'shipment' &&
  subjectId === shipmentId &&
  toOrgId === null &&
  toEmail === null;

function MadeLink({ url, name }: { url: string; name: string }): JSX.Element {
  const text = t('shipments.share.text', { name, url });
  return (
    <div class="made-link">
      <p class="secret-text">{url}</p>
      <p class="small second">{t('shipments.share.once')}</p>
      <div class="buttons">
        <CopyButton text={url} label={t('shipments.share.copy')} named />
        <a
          class="button compact"
          href={`https://wa.me/?text=${encodeURIComponent(text)}`}
          target="_blank"
          rel="noopener noreferrer"
        >
          {t('shipments.share.whatsapp')}
        </a>
        {'share' in navigator && (
          <button
            type="button"
            class="button compact"
            // Closing the sheet without a choice is no failure.
            onClick={() => void navigator.share({ text }).catch(() => undefined)}
          >
            <Icon name="share" size={18} />
            {t('shipments.share.other')}
          </button>
        )}
      </div>
    </div>
  );
}
