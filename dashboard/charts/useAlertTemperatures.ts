import { useEffect, useState } from 'preact/hooks';
import { ApiError, api } from '../api.ts';
import { type AlertSource, alertChartModel } from './alertChartModel.ts';
import type { Span } from './chartModel.ts';
import type { NodeChartModel } from './nodeChartModel.ts';

interface AlertTemperatures {
  /** Null until the first answer. */
  readonly model: NodeChartModel | null;
  readonly failed: boolean;
  retry(): void;
}

const points = 240;

/** The temperatures of a span from all that speak for it; asked for again when the span moves on. */
export function useAlertTemperatures(
  sources: readonly AlertSource[],
  span: Span,
  reportEveryS: number | null,
): AlertTemperatures {
  const [model, setModel] = useState<NodeChartModel | null>(null);
  const [failed, setFailed] = useState(false);
  const [tries, setTries] = useState(0);
  const asked = JSON.stringify([sources, span]);
  useEffect(() => {
    let wanted = true;
    const ask = sources.map(async source => {
      const { nodeId, probe, from, to } = source;
      return { source, buckets: (await api.temperatures(nodeId, { probe, from, to, points })).buckets };
    });
    Promise.all(ask).then(
      found => {
        if (!wanted) return;
        setModel(alertChartModel(found, span, reportEveryS));
        setFailed(false);
      },
      (error: unknown) => {
        if (!(error instanceof ApiError)) throw error;
        if (wanted) setFailed(true);
      },
    );
    return () => {
      wanted = false;
    };
  }, [asked, reportEveryS, tries]);
  return { model, failed, retry: () => setTries(tries + 1) };
}
