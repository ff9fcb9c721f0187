import { useEffect, useState } from 'preact/hooks';
import type { ExperimentVersion, ExperimentView } from '../../models/contracts/experiment.ts';
import type { FitView } from '../../models/contracts/fit.ts';
import type { ApiError } from '../api.ts';
import { fitNews } from '../fitNews.ts';
import { asRefusal } from '../state.ts';
import { experimentsApi } from './experimentsApi.ts';
import { type FitToOrder, fitsApi } from './fitsApi.ts';

/** Asked again this often while a fit runs, should the stream be away. */
const askEveryMs = 3_000;

export interface ExperimentParts {
  readonly experiment: ExperimentView | null;
  readonly version: ExperimentVersion | null;
  /** Of the version that is shown, the newest first; reports are fetched with `fit`. */
  readonly fits: readonly FitView[];
  /** The fit that is shown, with its report. */
  readonly fit: FitView | null;
  /** The newest ranking that is done. */
  readonly ranking: FitView | null;
  /** Those that wait or run. */
  readonly open: readonly FitView[];
  readonly failure: ApiError | null;
  /** Something that was asked for was refused. */
  readonly refused: ApiError | null;
  showVersion(version: number): void;
  showFit(fitId: string): void;
  /** Orders a fit, and a ranking where there is none yet. */
  order(fit: Omit<FitToOrder, 'version'>, withRanking: boolean): Promise<void>;
  cancel(fitId: string): Promise<void>;
  /** Keeps the rows as a new version and fits it as the one before. */
  changeRows(
    change: (version: ExperimentVersion) => ExperimentVersion['rows'],
    note: string,
    again: Omit<FitToOrder, 'version'> | null,
  ): Promise<boolean>;
  changeNote(note: string): Promise<void>;
  retry(): void;
}

const isOpen = ({ state }: Pick<FitView, 'state'>): boolean => state === 'queued' || state === 'running';

/** One experiment with a version of its data and the fits of that version. */
export function useExperiment(experimentId: string): ExperimentParts {
  const [experiment, setExperiment] = useState<ExperimentView | null>(null);
  const [shown, setShown] = useState<number | null>(null);
  const [version, setVersion] = useState<ExperimentVersion | null>(null);
  const [all, setAll] = useState<readonly FitView[]>([]);
  const [chosen, setChosen] = useState<string | null>(null);
  const [fit, setFit] = useState<FitView | null>(null);
  const [failure, setFailure] = useState<ApiError | null>(null);
  const [refused, setRefused] = useState<ApiError | null>(null);
  const [round, setRound] = useState(0);

  useEffect(() => {
    let wanted = true;
    Promise.all([experimentsApi.one(experimentId), fitsApi.all(experimentId)]).then(
      ([found, fits]) => {
        if (!wanted) return;
        setExperiment(found);
        // What was ordered or ended while the list was on its way is newer than the list.
        setAll(known => together(fits, known));
        setFailure(null);
        setShown(known => known ?? found.latest);
      },
      error => wanted && setFailure(asRefusal(error)),
    );
    return () => {
      wanted = false;
    };
  }, [experimentId, round]);

  useEffect(() => {
    if (shown === null || version?.version === shown) return;
    let wanted = true;
    experimentsApi.version(experimentId, shown).then(
      found => wanted && setVersion(found),
      error => wanted && setFailure(asRefusal(error)),
    );
    return () => {
      wanted = false;
    };
  }, [experimentId, shown, round]);

  const fits = all.filter(one => one.version === shown);
  const open = fits.filter(isOpen);
  const done = fits.filter(one => one.kind === 'fit' && (one.state === 'done' || one.state === 'failed'));
  const wantedFit = done.find(one => one.fitId === chosen) ?? done[0] ?? null;
  useEffect(() => {
    if (wantedFit === null) setFit(null);
    if (wantedFit === null || fit?.fitId === wantedFit.fitId) return;
    let wanted = true;
    fitsApi.one(wantedFit.fitId).then(
      found => wanted && setFit(found),
      error => wanted && setRefused(asRefusal(error)),
    );
    return () => {
      wanted = false;
    };
  }, [wantedFit?.fitId]);

  const put = (one: FitView): void =>
    setAll(known => [one, ...known.filter(other => other.fitId !== one.fitId)].toSorted(newestFirst));
  useOpenFits(open, put);
  useFitsOfOthers(experimentId, all, put);

  const attempt = async <T>(work: () => Promise<T>): Promise<T | null> => {
    try {
      setRefused(null);
      return await work();
    } catch (error) {
      setRefused(asRefusal(error));
      return null;
    }
  };
  const orderFor = async (of: number, request: Omit<FitToOrder, 'version'>, withRanking: boolean) => {
    setChosen(null);
    const { series, censored } = request;
    put(await fitsApi.order(experimentId, { ...request, version: of }));
    if (!withRanking) return;
    put(
      await fitsApi.rank(experimentId, {
        version: of,
        ...(series === undefined ? {} : { series }),
        ...(censored === undefined ? {} : { censored }),
      }),
    );
  };
  return {
    ...{ experiment, version, fits, open, failure, refused },
    fit: wantedFit === null ? null : fit,
    ranking: fits.find(one => one.kind === 'ranking' && one.state === 'done') ?? null,
    showVersion: setShown,
    showFit: setChosen,
    retry: () => setRound(round + 1),
    async order(request, withRanking) {
      if (shown !== null) await attempt(() => orderFor(shown, request, withRanking));
    },
    async cancel(fitId) {
      const cancelled = await attempt(() => fitsApi.cancel(fitId));
      if (cancelled) put(cancelled);
    },
    async changeRows(change, note, again) {
      if (version === null) return false;
      const { kind, series, source } = version;
      const made = await attempt(() =>
        experimentsApi.addVersion(experimentId, {
          ...{ kind, source, note, basedOn: version.version },
          rows: change(version),
          series: series.map(withoutCopies),
        }),
      );
      if (made === null) return false;
      setVersion(made);
      setShown(made.version);
      setRound(round + 1);
      if (again !== null) await attempt(() => orderFor(made.version, again, true));
      return true;
    },
    async changeNote(note) {
      const changed = await attempt(() => experimentsApi.change(experimentId, { note }));
      if (changed) setExperiment(changed);
    },
  };
}

/** Temperatures of a sensor were copied when they were first kept; what is sent again are the points. */
function withoutCopies(series: ExperimentVersion['series'][number]) {
  const { temperature } = series;
  return temperature.kind === 'node'
    ? { ...series, temperature: { kind: 'points' as const, points: temperature.points } }
    : { ...series, temperature };
}

function together(listed: readonly FitView[], known: readonly FitView[]): readonly FitView[] {
  const newer = new Map(known.map(one => [one.fitId, one]));
  const names = new Set(listed.map(one => one.fitId));
  const kept = listed.map(one => {
    const own = newer.get(one.fitId);
    return own && !isOpen(own) ? own : one;
  });
  return [...kept, ...known.filter(one => !names.has(one.fitId))].toSorted(newestFirst);
}

const newestFirst = (a: FitView, b: FitView): number => (a.createdAt < b.createdAt ? 1 : -1);

/** A fit that somebody else ordered meanwhile is shown as soon as the stream tells of it. */
function useFitsOfOthers(experimentId: string, all: readonly FitView[], put: (fit: FitView) => void): void {
  const news = fitNews.value;
  useEffect(() => {
    if (news?.experimentId !== experimentId || all.some(one => one.fitId === news.fitId)) return;
    void fitsApi.one(news.fitId).then(put, () => undefined);
  }, [news]);
}

/** Follows fits until they end: by the live stream, and by asking while that is away. */
function useOpenFits(open: readonly FitView[], put: (fit: FitView) => void): void {
  const news = fitNews.value;
  const told = open.find(one => one.fitId === news?.fitId);
  useEffect(() => {
    if (!news || !told) return;
    if (isOpen(news)) put({ ...told, state: news.state, progress: news.progress ?? told.progress });
    else void fitsApi.one(told.fitId).then(put, () => undefined);
  }, [news]);
  const ids = open.map(one => one.fitId).join(' ');
  useEffect(() => {
    if (ids === '') return;
    const ask = () => {
      for (const fitId of ids.split(' ')) void fitsApi.one(fitId).then(put, () => undefined);
    };
    const timer = setInterval(ask, askEveryMs);
    return () => clearInterval(timer);
  }, [ids]);
}
