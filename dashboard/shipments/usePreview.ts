import { useEffect, useState } from 'preact/hooks';
import type { ShipmentPreview } from '../../models/contracts/shipmentBoard.ts';
import type { ApiError } from '../api.ts';
import { asRefusal } from '../state.ts';
import { type NewShipment, shipmentsApi } from './shipmentsApi.ts';

/** Typing and tapping go on while the server reckons. */
const afterMs = 300;

export interface Preview {
  /** Of the plan as it was asked about last; stays while the next answer is on its way. */
  readonly preview: ShipmentPreview | null;
  readonly failure: ApiError | null;
}

/** What a plan would arrive with, asked for anew a moment after it changed. */
export function usePreview(plan: NewShipment | null): Preview {
  const [known, setKnown] = useState<Preview>({ preview: null, failure: null });
  const question = plan === null ? null : JSON.stringify(plan);
  useEffect(() => {
    if (question === null) {
      setKnown({ preview: null, failure: null });
      return;
    }
    let wanted = true;
    const timer = setTimeout(() => {
      shipmentsApi.preview(JSON.parse(question)).then(
        preview => wanted && setKnown({ preview, failure: null }),
        (error: unknown) => {
          const failure = asRefusal(error);
          if (wanted) setKnown({ preview: null, failure });
        },
      );
    }, afterMs);
    return () => {
      wanted = false;
      clearTimeout(timer);
    };
  }, [question]);
  return known;
}
