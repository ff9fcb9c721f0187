import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import '../style/scan.css';
import type { BatchView } from '../../models/contracts/batch.ts';
import type { NodeView } from '../../models/contracts/node.ts';
import { ApiError, request } from '../api.ts';
import { canReadCodes, lookForCodes } from '../camera.ts';
import { now } from '../clock.ts';
import { Icon } from '../components/Icon.tsx';
import { Note } from '../components/Note.tsx';
import { PageHead } from '../components/PageHead.tsx';
import { StatusPill } from '../components/StatusPill.tsx';
import { failureText } from '../failureText.ts';
import { t } from '../i18n/messages.ts';
import { perform } from '../offline/actionQueue.ts';
import { navigate, paths } from '../router.ts';
import { readScanned } from '../scanned.ts';
import { shownLife } from '../shownLife.ts';
import { fleet, format, mayPlaceNodes, refreshBatch } from '../state.ts';

/**
 * Pindai: a label leads to its batch, a sensor's code to the sensor. Scanning one of each joins them: from then on that
 * sensor speaks for that batch, and what spoke before stays in its history.
 */
export function ScanView(): JSX.Element {
  const { batch, node, failure, read, forget } = useScanned();
  return (
    <main id="content" tabIndex={-1} class="scan-page">
      <PageHead title={t('scan.title')} crumb={t('scan.title')} />
      <Camera onCode={read} />
      <TypedCode onCode={read} />
      <div role="status">{failure !== null && <Note status="soon">{failure}</Note>}</div>
      {batch !== undefined && <FoundBatch batch={batch} />}
      {node !== undefined && <FoundNode node={node} />}
      {mayPlaceNodes.value && (batch !== undefined || node !== undefined) && (
        <Join batch={batch} node={node} onDone={forget} />
      )}
    </main>
  );
}

function useScanned() {
  const [batchId, setBatchId] = useState<string>();
  const [nodeId, setNodeId] = useState<string>();
  const [failure, setFailure] = useState<string | null>(null);
  const last = useRef('');
  const read = async (text: string): Promise<void> => {
    // The camera sees the same code many times a second.
    if (text === last.current) return;
    last.current = text;
    setFailure(null);
    const scanned = readScanned(text);
    if (scanned.is === 'claim') navigate(`${paths.claim}#${scanned.code}`);
    else if (scanned.is === 'node' && scanned.nodeId in fleet.value.nodes) setNodeId(scanned.nodeId);
    else if (scanned.is === 'label') await findBatch(scanned.code);
    else setFailure(t('scan.unknown'));
  };
  const findBatch = async (code: string): Promise<void> => {
    try {
      const found = await request<{ batchId: string }>('GET', `/labels/${code}`);
      if (!(found.batchId in fleet.value.batches)) await refreshBatch(found.batchId);
      setBatchId(found.batchId);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      last.current = '';
      setFailure(error.status === 404 ? t('scan.notOurs') : failureText(error, format.value.t));
    }
  };
  const forget = (): void => {
    last.current = '';
    setBatchId(undefined);
    setNodeId(undefined);
  };
  const batch = batchId === undefined ? undefined : fleet.value.batches[batchId];
  const node = nodeId === undefined ? undefined : fleet.value.nodes[nodeId];
  return { batch, node, failure, read: (text: string) => void read(text), forget };
}

/** Where the browser reads codes itself. Without one, or without leave, the field below is all. */
function Camera({ onCode }: { onCode(text: string): void }): JSX.Element | null {
  const video = useRef<HTMLVideoElement>(null);
  const [state, setState] = useState<'asking' | 'on' | 'none' | 'refused'>('asking');
  useEffect(() => {
    let stop: (() => void) | undefined;
    let left = false;
    const start = async (): Promise<void> => {
      if (!(await canReadCodes())) {
        setState('none');
        return;
      }
      if (left || video.current === null) return;
      try {
        stop = await lookForCodes(video.current, onCode);
        if (left) stop();
        else setState('on');
      } catch (error) {
        if (!(error instanceof DOMException)) throw error;
        if (!left) setState('refused');
      }
    };
    void start();
    return () => {
      left = true;
      stop?.();
    };
  }, []);
  if (state === 'none') return <p class="second scan-hint">{t('scan.noCamera')}</p>;
  if (state === 'refused') return <p class="second scan-hint">{t('scan.refused')}</p>;
  return (
    <div class="camera">
      <video ref={video} playsInline muted aria-label={t('scan.camera')} />
      <p>{t('scan.aim')}</p>
    </div>
  );
}

function TypedCode({ onCode }: { onCode(text: string): void }): JSX.Element {
  const [typed, setTyped] = useState('');
  return (
    <form
      class="scan-typed"
      noValidate
      onSubmit={event => {
        event.preventDefault();
        if (typed.trim() !== '') onCode(typed);
      }}
    >
      <label for="code">{t('scan.type')}</label>
      <div class="row">
        <input
          class="input grow"
          id="code"
          value={typed}
          autocomplete="off"
          autocapitalize="characters"
          spellcheck={false}
          placeholder="7K3Q9-ZPM4T"
          onInput={event => setTyped(event.currentTarget.value)}
        />
        <button type="submit" class="button">
          {t('scan.look')}
        </button>
      </div>
    </form>
  );
}

function FoundBatch({ batch }: { batch: BatchView }): JSX.Element {
  const life = shownLife(batch.estimate, now.value);
  const shown = format.value;
  return (
    <a class="card padded scan-found" href={paths.batch(batch.batchId)}>
      <div class="grow">
        <StatusPill status={life.status} />
        <h2>{batch.name}</h2>
        <p class="second">
          {life.say === 'left'
            ? `${t('life.atLeast')} ${shown.remainingText(life.loH)}`
            : t('life.checkFirst')}
        </p>
      </div>
      <Icon name="forward" size={20} />
    </a>
  );
}

function FoundNode({ node }: { node: NodeView }): JSX.Element {
  const temperatureC = node.lastReading?.temperatureC;
  return (
    <a class="card padded scan-found" href={paths.node(node.nodeId)}>
      <Icon name="sensor" size={24} />
      <div class="grow">
        <h2>{node.name}</h2>
        <p class="second">
          {temperatureC == null ? t('scan.noReading') : format.value.temperature(temperatureC)}
        </p>
      </div>
      <Icon name="forward" size={20} />
    </a>
  );
}

interface JoinProps {
  readonly batch: BatchView | undefined;
  readonly node: NodeView | undefined;
  onDone(): void;
}

function Join({ batch, node, onDone }: JoinProps): JSX.Element {
  const [state, setState] = useState<{ failure: string } | 'busy' | null>(null);
  if (batch === undefined) return <p class="second scan-hint">{t('scan.nowLabel')}</p>;
  if (node === undefined) return <p class="second scan-hint">{t('scan.nowNode')}</p>;
  const place = async (): Promise<void> => {
    setState('busy');
    const path = `/batches/${encodeURIComponent(batch.batchId)}/placements`;
    const about = { kind: 'placement', subject: batch.batchId, name: batch.name } as const;
    const body = { nodeId: node.nodeId, from: new Date(now.value).toISOString() };
    try {
      await perform({ ...about, method: 'POST', path, body });
      onDone();
      navigate(paths.batch(batch.batchId));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      setState({ failure: failureText(error, format.value.t) });
    }
  };
  return (
    <div class="scan-join">
      {state !== null && state !== 'busy' && (
        <Note status="risk" alert>
          {state.failure}
        </Note>
      )}
      <button
        type="button"
        class="button primary large"
        disabled={state === 'busy'}
        onClick={() => void place()}
      >
        <Icon name="check" size={22} />
        {t('scan.place', { node: node.name, batch: batch.name })}
      </button>
    </div>
  );
}
