import type { JSX } from 'preact';
import { now } from '../clock.ts';
import { Icon } from '../components/Icon.tsx';
import { Logo } from '../components/Logo.tsx';
import { RetryNote } from '../components/RetryNote.tsx';
import { t } from '../i18n/messages.ts';
import { paths } from '../router.ts';
import { cutSince, format, mayHandleShipments, online } from '../state.ts';
import { board, boardFailed, loadBoard } from './useBoard.ts';

/** The top of the phone: what page this is, from when its figures are, and a new shipment. */
export function ShipmentsTop(): JSX.Element {
  const at = board.value === null ? null : Date.parse(board.value.asOf);
  const fallenBehind = !online.value || cutSince.value !== null || boardFailed.value !== null;
  return (
    <header class="top">
      <Logo size={28} />
      <div class="title grow">{t('nav.shipments')}</div>
      {at !== null &&
        (fallenBehind ? (
          <span class="chip soon">{t('life.dataAt', { at: format.value.moment(at, now.value) })}</span>
        ) : (
          <span class="agreed">
            <Icon name="check" size={18} />
            {format.value.clock(at)}
          </span>
        ))}
      {mayHandleShipments.value && (
        <a class="button primary new-shipment" href={paths.newShipment} aria-label={t('shipments.new')}>
          <Icon name="plus" size={22} />
        </a>
      )}
    </header>
  );
}

/** What could not be loaded, what is still shown, and a way to try again. */
export function BoardFailed(): JSX.Element | null {
  if (boardFailed.value === null) return null;
  const at = board.value === null ? null : Date.parse(board.value.asOf);
  return (
    <RetryNote
      text={
        at === null
          ? t('shipments.failed')
          : t('shipments.failedCached', { at: format.value.moment(at, now.value) })
      }
      onRetry={() => void loadBoard()}
    />
  );
}
