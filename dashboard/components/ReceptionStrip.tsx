import type { JSX } from 'preact';
import type { NodeView } from '../../models/contracts/node.ts';
import { now } from '../clock.ts';
import { t } from '../i18n/messages.ts';
import { reception } from '../reception.ts';
import { type Cell, cellsAt, gapsIn } from '../receptionCells.ts';

const cellWidth = 4;
const height = 22;

/** What came in of a node over the last 24 h: a bar where there is data, a thin dash where there is a gap. */
export function ReceptionStrip({ node }: { node: NodeView }): JSX.Element {
  const cells = receptionOf(node);
  // The room is kept, so that nothing moves when the answer comes.
  if (cells === null) return <span class="reception" />;
  const width = cells.length * cellWidth;
  return (
    <svg
      class="reception"
      viewBox={`0 0 ${width} ${height}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={receptionText(cells)}
    >
      {cells.map((cell, index) =>
        cell === 'unknown' ? null : (
          <rect
            key={index}
            class={cell}
            x={index * cellWidth + 0.4}
            y={cell === 'data' ? 2 : height / 2 - 1}
            width={cellWidth - 1}
            height={cell === 'data' ? height - 4 : 2}
          />
        ),
      )}
    </svg>
  );
}

/** The cells of a node up to now; `null` until the server has told. */
export function receptionOf(node: NodeView): Cell[] | null {
  const answer = reception.value;
  const own = answer?.nodes.find(one => one.nodeId === node.nodeId);
  return answer === null || own === undefined ? null : cellsAt(answer, own.cells, node, now.value);
}

/** Days a node's battery lasts, if the server can say. */
export const batteryDaysLeftOf = (node: NodeView): number | null =>
  reception.value?.nodes.find(one => one.nodeId === node.nodeId)?.batteryDaysLeft ?? null;

function receptionText(cells: readonly Cell[]): string {
  if (!cells.includes('data')) return t('sensors.reception.nothing');
  return t('sensors.reception.label', { n: gapsIn(cells).count });
}
