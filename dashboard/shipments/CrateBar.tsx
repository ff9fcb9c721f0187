import type { JSX } from 'preact';
import type { ShipmentLineView } from '../../models/contracts/shipment.ts';
import { now } from '../clock.ts';
import { LifeBar } from '../components/LifeBar.tsx';
import { format } from '../state.ts';
import { crateName } from './boardRows.ts';
import { barSentence } from './crateWords.ts';
import type { ShownArrival } from './shownArrival.ts';

/** The axis that all bars of a list share. */
export interface SharedAxis {
  readonly horizonH: number;
  readonly gridH: readonly number[];
}

/** How long a crate keeps on its way and after it: ▼ its arrival, the bracket what is asked for from then on. */
export function CrateBar(
  props: SharedAxis & {
    readonly line: Pick<ShipmentLineView, 'crate' | 'batch'>;
    readonly arrival: ShownArrival;
  },
): JSX.Element {
  const { line, arrival, horizonH, gridH } = props;
  return (
    <LifeBar
      name={crateName(line)}
      life={arrival.life}
      horizonH={horizonH}
      gridH={gridH}
      arrival={{ inH: arrival.inH, needH: arrival.needH > 0 ? arrival.needH : null }}
      sentence={barSentence(line, arrival, now.value, format.value)}
      format={format.value}
    />
  );
}
