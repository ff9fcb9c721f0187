import { useEffect, useState } from 'preact/hooks';
import { ApiError, api } from '../api.ts';
import { now } from '../clock.ts';
import { type NodeChartModel, nodeChartModel } from './nodeChartModel.ts';
import { askedSpan, type NodeRange, refreshMs } from './nodeRange.ts';

export interface LoadedTemperatures {
  readonly range: NodeRange;
  readonly model: NodeChartModel;
  /** Since when the database of the readings could not be reached; null when it can. */
  readonly staleSince: number | null;
}

interface TemperaturesState {
  /** What is shown: of the range before, until the one that is wanted has come. */
  readonly loaded: LoadedTemperatures | null;
  readonly failed: boolean;
  retry(): void;
}

interface Wanted {
  readonly nodeId: string;
  readonly probe: string;
  readonly range: NodeRange;
  readonly silenceMs: number;
}

/** The temperatures of a range up to now: one request, again once per span while the page is looked at. */
export function useTemperatures({ nodeId, probe, range, silenceMs }: Wanted): TemperaturesState {
  const [loaded, setLoaded] = useState<LoadedTemperatures | null>(null);
  const [failed, setFailed] = useState(false);
  const [tries, setTries] = useState(0);
  const turn = Math.floor(now.value / refreshMs(range));
  useEffect(() => {
    let current = true;
    const span = askedSpan(range, now.value);
    api.temperatures(nodeId, { probe, ...span }).then(
      ({ buckets, staleSince }) => {
        if (!current) return;
        const model = nodeChartModel(buckets, span, silenceMs);
        setLoaded({ range, model, staleSince: staleSince === undefined ? null : Date.parse(staleSince) });
        setFailed(false);
      },
      (error: unknown) => {
        if (!(error instanceof ApiError)) throw error;
        if (current) setFailed(true);
      },
    );
    return () => {
      current = false;
    };
  }, [nodeId, probe, range, turn, tries]);
  return { loaded, failed, retry: () => setTries(tries + 1) };
}
