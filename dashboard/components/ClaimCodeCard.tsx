import type { JSX } from 'preact';
import type { ClaimCodeView } from '../../models/contracts/claimCode.ts';
import { claimStage } from '../claimCode.ts';
import { now } from '../clock.ts';
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
  const { code: text, install } = shown.words.onboarding;
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
          {temperatureC === null ? text.heardOther : text.heard(shown.temperature(temperatureC))}
        </h2>
        <p class="second">{text.heardAt(shown.moment(Date.parse(reading.measuredAt), now.value))}</p>
        <a class="button primary" href={paths.node(nodeId)}>
          {install.toNode}
        </a>
      </section>
    );
  }
  const expired = stage === 'waiting' && Date.parse(expiresAt) <= now.value;
  // A node that had a device before exists already: whether the code was used is not to be seen, its first word is.
  const waiting = replaces ? text.waitingNew : stage === 'claimed' ? text.claimed : text.waiting;
  return (
    <section class="card padded claim-code" aria-label={text.title}>
      <h2>{text.of(name)}</h2>
      {expired || (stage === 'claimed' && !replaces) ? null : (
        <>
          <QrCode text={claimUrl} label={text.qr(code)} />
          <p class="code">{code}</p>
          <p class="second">{text.how}</p>
          <div class="row wrap">
            <CopyButton text={code} label={text.copyCode} named />
            <CopyButton text={claimUrl} label={text.copyLink} named />
          </div>
          <p class="small muted">{text.validUntil(shown.moment(Date.parse(expiresAt), now.value))}</p>
        </>
      )}
      <div class="progress" role="status">
        <Icon name={expired ? 'risk' : stage === 'claimed' && !replaces ? 'fresh' : 'none'} size={20} />
        <span>{expired ? text.expired : waiting}</span>
      </div>
    </section>
  );
}
