import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { FoundDeviceView } from '../../models/contracts/foundDevice.ts';
import type { NodeView } from '../../models/contracts/node.ts';
import { api } from '../api.ts';
import { now } from '../clock.ts';
import { failureText } from '../failureText.ts';
import { familyName, foundDevices, foundValueText, watchFoundDevices } from '../foundDevices.ts';
import { t } from '../i18n/messages.ts';
import { readNodeNames } from '../readNodeNames.ts';
import { paths } from '../router.ts';
import { asRefusal, format, maySetUpNodes, putNode } from '../state.ts';
import { NodeNameFields } from './NodeNameFields.tsx';
import { Note } from './Note.tsx';

type News = { readonly claimed: NodeView } | { readonly ignored: string };

/** Devices that speak through a bridge and wait for somebody to say which they are. Nothing while there are none. */
export function FoundDevices(): JSX.Element | null {
  const [openId, setOpenId] = useState<string | null>(null);
  const [news, setNews] = useState<News | null>(null);
  // While somebody types into a card, no other one comes in above it.
  useEffect(() => (openId === null ? watchFoundDevices() : undefined), [openId]);
  const devices = foundDevices.value ?? [];
  if (devices.length === 0 && news === null) return null;
  const settle = (device: FoundDeviceView, what: News): void => {
    foundDevices.value = devices.filter(one => one.foundDeviceId !== device.foundDeviceId);
    setOpenId(null);
    setNews(what);
  };
  return (
    <section class="found" aria-labelledby="found-title">
      {devices.length > 0 && (
        <>
          <h2 id="found-title">
            {t('sensors.found.title')} <span class="count">{devices.length}</span>
          </h2>
          <p class="second medium">{t('sensors.found.how')}</p>
        </>
      )}
      {news !== null && <NewsNote news={news} />}
      <ul class="found-list">
        {devices.map(device => (
          <li key={device.foundDeviceId} class="card padded" data-found={device.deviceId}>
            <FoundFacts device={device} />
            {maySetUpNodes.value && (
              <FoundActions
                device={device}
                open={openId === device.foundDeviceId}
                onOpen={open => setOpenId(open ? device.foundDeviceId : null)}
                onSettled={what => settle(device, what)}
              />
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

function NewsNote({ news }: { news: News }): JSX.Element {
  if ('ignored' in news)
    return <Note status="none">{t('sensors.found.ignored', { device: news.ignored })}</Note>;
  const { name, nodeId } = news.claimed;
  return (
    <Note status="fresh">
      <div class="row">
        <span class="grow">{t('sensors.found.claimed', { name })}</span>
        <a class="button compact" href={paths.node(nodeId)}>
          {t('sensors.found.open', { name })}
        </a>
      </div>
    </Note>
  );
}

/** What a found device said, enough to know it by: warm one in the hand and see which value moves. */
export function FoundFacts({ device }: { device: FoundDeviceView }): JSX.Element {
  const shown = format.value;
  const agoMs = now.value - Date.parse(device.lastSeenAt);
  const ago = agoMs < 60_000 ? t('when.justNow') : t('when.ago', { duration: shown.duration(agoMs) });
  const warnings = [
    ...(device.available === false ? [t('sensors.found.away')] : []),
    ...(device.batteryLow === true ? [t('sensors.found.batteryLow')] : []),
    ...(device.lastFault === null
      ? []
      : [t('sensors.found.fault', { at: shown.moment(Date.parse(device.lastFault.at), now.value) })]),
  ];
  return (
    <div class="found-facts">
      <div class="grow">
        <div class="name">{device.deviceId}</div>
        <div class="minor">
          {familyName(device.family)} {t('sensors.found.through', { bridge: device.bridgeId })}
        </div>
      </div>
      <div class="values">
        {device.values.length === 0 && <span class="second">{t('sensors.found.noValues')}</span>}
        {device.values.slice(0, 4).map(value => (
          <span key={`${value.channel} ${value.metric}`} class="chip">
            {foundValueText(value, shown)}
          </span>
        ))}
      </div>
      <div class="minor full">
        {t('sensors.found.since', { since: shown.moment(Date.parse(device.foundAt), now.value) })} ·{' '}
        {t('sensors.found.lastSeen', { ago })}
        {device.keptReadings > 0 && ` · ${t('sensors.found.kept', { n: device.keptReadings })}`}
      </div>
      {warnings.map(warning => (
        <div key={warning} class="minor warn full">
          {warning}
        </div>
      ))}
    </div>
  );
}

interface FoundActionsProps {
  readonly device: FoundDeviceView;
  readonly open: boolean;
  onOpen(open: boolean): void;
  onSettled(news: News): void;
}

function FoundActions({ device, open, onOpen, onSettled }: FoundActionsProps): JSX.Element {
  const [typed, setTyped] = useState({ name: '', place: '' });
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);

  const attempt = async (work: () => Promise<News>): Promise<void> => {
    setBusy(true);
    setFailure(null);
    try {
      onSettled(await work());
    } catch (error) {
      setFailure(failureText(asRefusal(error), t));
    } finally {
      setBusy(false);
    }
  };
  const claim = async (): Promise<void> => {
    const read = readNodeNames(typed, t);
    if ('wrong' in read) return setFailure(read.wrong);
    await attempt(async () => {
      const claimed = await api.claimDevice(device.foundDeviceId, read.names);
      putNode(claimed);
      return { claimed };
    });
  };
  const ignore = (): Promise<void> =>
    attempt(async () => {
      await api.ignoreDevice(device.foundDeviceId);
      return { ignored: device.deviceId };
    });

  const failed = failure !== null && (
    <Note status="risk" alert>
      {failure}
    </Note>
  );
  if (!open)
    return (
      <>
        {failed}
        <div class="row wrap">
          <button type="button" class="button primary compact" disabled={busy} onClick={() => onOpen(true)}>
            {t('sensors.found.which')}
          </button>
          <button type="button" class="button compact" disabled={busy} onClick={() => void ignore()}>
            {t('sensors.found.ignore')}
          </button>
        </div>
      </>
    );
  return (
    <form
      class="stack"
      noValidate
      aria-label={`${t('sensors.found.which')} ${device.deviceId}`}
      onSubmit={event => {
        event.preventDefault();
        void claim();
      }}
    >
      <NodeNameFields typed={typed} onChange={setTyped} />
      {failed}
      <div class="row wrap">
        <button type="submit" class="button primary compact" disabled={busy}>
          {busy ? t('common.saving') : t('sensors.found.claim')}
        </button>
        <button type="button" class="button compact" onClick={() => onOpen(false)}>
          {t('common.cancel')}
        </button>
      </div>
    </form>
  );
}
