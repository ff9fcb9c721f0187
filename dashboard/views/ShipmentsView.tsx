import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { now } from '../clock.ts';
import { Icon } from '../components/Icon.tsx';
import { Placeholder } from '../components/Placeholder.tsx';
import { t } from '../i18n/messages.ts';
import { paths } from '../router.ts';
import { type BoardAddress, boardQuery, readBoardAddress } from '../shipments/boardAddress.ts';
import { boardRows, destinations } from '../shipments/boardRows.ts';
import { type BoardProps, CrateBoard, OtherLooks } from '../shipments/CrateBoard.tsx';
import { PastShipments } from '../shipments/PastShipments.tsx';
import { BoardFailed, ShipmentsTop } from '../shipments/ShipmentsFrame.tsx';
import { Stock } from '../shipments/Stock.tsx';
import { board, useBoard } from '../shipments/useBoard.ts';
import { mayHandleShipments } from '../state.ts';
import '../style/shipments.css';

/** Pengiriman: what to do first, the trucks, and every crate by what it arrives with, on one time axis. */
export function ShipmentsView(): JSX.Element {
  useBoard();
  const [address, setAddress] = useState(() => readBoardAddress(location.search));
  useEffect(() => {
    const read = (): void => setAddress(readBoardAddress(location.search));
    window.addEventListener('popstate', read);
    return () => window.removeEventListener('popstate', read);
  }, []);
  const change = (part: Partial<BoardAddress>): void => {
    const next = { ...address, ...part };
    history.replaceState(history.state, '', location.pathname + boardQuery(next));
    setAddress(next);
  };
  return (
    <>
      <ShipmentsTop />
      <main id="content" tabIndex={-1} class="shipments-page">
        <BoardFailed />
        {address.look === 'past' && <PastShipments onBack={() => change({ look: 'road' })} />}
        {address.look === 'stock' && <Stock onBack={() => change({ look: 'road' })} />}
        {address.look === 'road' && <Board address={address} onChange={change} />}
      </main>
    </>
  );
}

function Board({ address, onChange }: BoardProps): JSX.Element {
  const known = board.value;
  if (known === null)
    return (
      <>
        <h1 class="for-reader">{t('nav.shipments')}</h1>
        <Placeholder rows={4} />
      </>
    );
  const wanted = boardRows(known, now.value);
  if (known.shipments.length === 0)
    return (
      <Empty>
        <OtherLooks onChange={onChange} />
      </Empty>
    );
  return <CrateBoard wanted={wanted} places={destinations(known)} address={address} onChange={onChange} />;
}

function Empty({ children }: { children: ComponentChildren }): JSX.Element {
  return (
    <div class="empty">
      <h1>{t('shipments.empty.title')}</h1>
      <p class="second">{t('shipments.empty.how')}</p>
      {mayHandleShipments.value && (
        <a class="button primary large" href={paths.newShipment}>
          <Icon name="plus" size={22} />
          {t('shipments.new')}
        </a>
      )}
      {children}
    </div>
  );
}
