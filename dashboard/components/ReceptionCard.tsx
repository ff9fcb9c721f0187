import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import type { NodeView } from '../../models/contracts/node.ts';
import { now } from '../clock.ts';
import { t } from '../i18n/messages.ts';
import { reception, watchReception } from '../reception.ts';
import { type Cell, gapsIn } from '../receptionCells.ts';
import { format } from '../state.ts';
import { dayMs } from '../zone.ts';
import { ReceptionStrip, receptionOf } from './ReceptionStrip.tsx';

/** What came in of one sensor over the last day, with clock times, and its gaps in words. */
export function ReceptionCard({ node }: { node: NodeView }): JSX.Element | null {
  useEffect(watchReception, []);
  const cells = receptionOf(node);
  if (reception.value !== null && cells === null) return null;
  const shown = format.value;
  const hours = [24, 16, 8].map(h => now.value - (h / 24) * dayMs);
  return (
    <section class="card padded reception-card">
      <h2>{t('sensors.reception.title')}</h2>
      <div>
        <ReceptionStrip node={node} />
        <div class="strip-foot" aria-hidden="true">
          {hours.map(at => (
            <span key={at}>{shown.clock(at)}</span>
          ))}
          <span>{t('when.now')}</span>
        </div>
      </div>
      <p class="medium second">{cells === null ? t('common.loading') : gapsText(cells)}</p>
    </section>
  );
}

function gapsText(cells: readonly Cell[]): string {
  if (!cells.includes('data')) return t('sensors.reception.nothing');
  const { count, longest } = gapsIn(cells);
  if (count === 0) return t('sensors.reception.whole');
  const longestText = format.value.duration((longest * dayMs) / cells.length);
  return t('sensors.reception.gaps', { n: count, longest: longestText });
}
