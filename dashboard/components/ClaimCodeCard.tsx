import type { JSX } from 'preact';
import type { ClaimCodeView } from '../../models/contracts/claimCode.ts';
import { claimStage } from '../claimCode.ts';
import { now } from '../clock.ts';
import { t } from '../i18n/messages.ts';
import { paths } from '../router.ts';
import { fleet, format } from '../state.ts';
import { CopyButton } from './CopyButton.tsx';
import { Icon } from './Icon.tsx';
import { QrCode } from './QrCode.tsx';

interface ClaimCodeCardProps {
  readonly claimCode: ClaimCodeView;
  readonly name: string;
  /** For a node that had a device before: when that one's last reading was received. */
  readonly replaces?: { readonly heardBefore: string | null };
}

/** A claim code to scan or type, and, live, how far the device has come with it. */
export function ClaimCodeCard({ claimCode, name, replaces }: ClaimCodeCardProps): JSX.Element {
  const shown = format.value;
  const { code, claimUrl, nodeId, expiresAt } = claimCode;
  const node = fleet.value.nodes[nodeId];
  const stage = claimStage(node, replaces?.heardBefore ?? null);
  const reading = node?.lastReading;
  if (stage === 'heard' && reading) {
    const { temperatureC } = reading;
    return (
      <section class="card padded claim-code heard" role="status">
        <Icon name="fresh" size={40} />
        <h2 class="heard-title">
          {temperatureC === null
            ? t('sensors.code.heardOther')
            : t('sensors.code.heard', { temperature: shown.temperature(temperatureC) })}
        </h2>
        <p class="second">
          {t('sensors.code.heardAt', { at: shown.moment(Date.parse(reading.measuredAt), now.value) })}
        </p>
        <a class="button primary" href={paths.node(nodeId)}>
          {t('sensors.install.toNode')}
        </a>
      </section>
    );
  }
  const expired = stage === 'waiting' && Date.parse(expiresAt) <= now.value;
  // A node that had a device before exists already: whether the code was used is not to be seen, its first word is.
  const waiting = replaces
    ? t('sensors.code.waitingNew')
    : stage === 'claimed'
      ? t('sensors.code.claimed')
      : t('sensors.code.waiting');
  return (
    <section class="card padded claim-code" aria-label={t('sensors.code.title')}>
      <h2>{t('sensors.code.of', { name })}</h2>
      {expired || (stage === 'claimed' && !replaces) ? null : (
        <>
          <QrCode text={claimUrl} label={t('sensors.code.qr', { code })} />
          <p class="code">{code}</p>
          <p class="second">{t('sensors.code.how')}</p>
          <div class="row wrap">
            <CopyButton text={code} label={t('sensors.code.copyCode')} named />
            <CopyButton text={claimUrl} label={t('sensors.code.copyLink')} named />
          </div>
          <p class="small muted">
            {t('sensors.code.validUntil', { at: shown.moment(Date.parse(expiresAt), now.value) })}
          </p>
        </>
      )}
      <div class="progress" role="status">
        <Icon name={expired ? 'risk' : stage === 'claimed' && !replaces ? 'fresh' : 'none'} size={20} />
        <span>{expired ? t('sensors.code.expired') : waiting}</span>
      </div>
    </section>
  );
}
