import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { NodeView } from '../../models/contracts/node.ts';
import { api } from '../api.ts';
import { now } from '../clock.ts';
import { Battery } from '../components/Battery.tsx';
import { DeliveriesCard } from '../components/DeliveriesCard.tsx';
import { FailedNote } from '../components/FailedNote.tsx';
import { LazyView } from '../components/LazyView.tsx';
import { OffsetCard, useOffsets } from '../components/OffsetCard.tsx';
import { PageHead } from '../components/PageHead.tsx';
import { Placeholder } from '../components/Placeholder.tsx';
import { ReceptionCard } from '../components/ReceptionCard.tsx';
import { batteryDaysLeftOf } from '../components/ReceptionStrip.tsx';
import { ReplaceCard } from '../components/ReplaceCard.tsx';
import { StatusPill } from '../components/StatusPill.tsx';
import { familyName } from '../foundDevices.ts';
import { t } from '../i18n/messages.ts';
import { nodeTrouble, troubleStatus } from '../nodeState.ts';
import { calibrationText, lastSeenText, signedOffset } from '../nodeWords.ts';
import { paths } from '../router.ts';
import { asRefusal, fleet, format, hasLists, maySetUpNodes, putNode } from '../state.ts';
import '../style/sensors.css';

// Chart.js is as large as all the rest: the page is read while it comes.
const loadDrift = () => import('../charts/DriftPanel.tsx').then(chunk => chunk.DriftPanel);
const loadChart = () => import('../charts/NodeChart.tsx').then(chunk => chunk.NodeChart);

/** One sensor: what it says now and said before, its calibration, and the device behind it. */
export function NodePage({ nodeId }: { nodeId: string }): JSX.Element {
  const node = fleet.value.nodes[nodeId];
  const offsets = useOffsets(node);
  const unknown = useAskedFor(nodeId, node === undefined && hasLists.value);
  const head = (title: string): JSX.Element => (
    <PageHead title={title} crumb={title} above={{ path: paths.nodes, label: t('nav.nodes') }} />
  );
  if (node === undefined)
    return (
      <main id="content" tabIndex={-1}>
        {head(nodeId)}
        <FailedNote />
        {unknown ? (
          <div class="empty">
            <h2>{t('failed.nodeNotFound')}</h2>
            <p>
              <a class="button" href={paths.nodes}>
                {t('sensors.node.toNodes')}
              </a>
            </p>
          </div>
        ) : (
          <Placeholder rows={3} />
        )}
      </main>
    );
  return (
    <main id="content" tabIndex={-1}>
      {head(node.name)}
      <FailedNote />
      <div class="node-panels">
        <div class="column">
          <NowCard node={node} />
          <ReceptionCard node={node} />
        </div>
        <div class="column">
          <section class="card chart-card">
            <h2 class="for-reader">{t('sensors.chart')}</h2>
            <LazyView load={loadChart} props={{ node }} area="charts" />
          </section>
          <section class="card chart-card drift-card">
            <h2 class="chart-title">{t('sensors.drift.title')}</h2>
            {offsets.history === null ? (
              <div class="drift-waiting" />
            ) : (
              <LazyView
                load={loadDrift}
                props={{ node, history: offsets.history, now: now.value }}
                area="charts"
              />
            )}
          </section>
          <OffsetCard node={node} offsets={offsets} />
          <DeliveriesCard node={node} />
          {maySetUpNodes.value && <ReplaceCard node={node} />}
        </div>
      </div>
    </main>
  );
}

/** Asks for a node that is not on the list. @returns whether the server does not know it either. */
function useAskedFor(nodeId: string, missing: boolean): boolean {
  const [unknown, setUnknown] = useState(false);
  useEffect(() => {
    if (!missing) return;
    api.node(nodeId).then(putNode, error => setUnknown(asRefusal(error).status === 404));
  }, [nodeId, missing]);
  return unknown;
}

function NowCard({ node }: { node: NodeView }): JSX.Element {
  const shown = format.value;
  const trouble = nodeTrouble(node, now.value);
  const old = trouble === 'silent' || trouble === 'late';
  const reading = node.lastReading;
  const calibration = calibrationText(node, now.value, shown);
  return (
    <section class="card padded now-card" aria-label={t('when.now')}>
      <StatusPill status={troubleStatus[trouble]} word={t(`sensors.trouble.${trouble}`)} />
      <div class="big">
        {old || reading?.temperatureC == null ? (
          '–'
        ) : (
          <>
            {shown.number(reading.temperatureC)} <small>°C</small>
          </>
        )}
      </div>
      {old && reading?.temperatureC != null && (
        <p class="minor warn">
          {t('life.lastTemperature', {
            at: shown.list([
              shown.temperature(reading.temperatureC),
              shown.moment(Date.parse(reading.measuredAt), now.value),
            ]),
          })}
        </p>
      )}
      <dl class="facts">
        <dt>{t('sensors.node.lastSeen')}</dt>
        <dd>{lastSeenText(node, now.value, shown)}</dd>
        <dt>{t('sensors.node.place')}</dt>
        <dd>{node.placeId ?? t('sensors.noPlace')}</dd>
        {reading?.humidityPct != null && !old && (
          <>
            <dt>{t('sensors.node.humidity')}</dt>
            <dd>{shown.number(reading.humidityPct, 0)}%</dd>
          </>
        )}
        {node.batteryPct !== null && (
          <>
            <dt>{t('sensors.node.battery')}</dt>
            <dd>
              <Battery percent={node.batteryPct} daysLeft={batteryDaysLeftOf(node)} />
            </dd>
          </>
        )}
        {node.batteryPct === null && node.device?.batteryLow === true && (
          <>
            <dt>{t('sensors.node.battery')}</dt>
            <dd>{t('sensors.node.batteryLow')}</dd>
          </>
        )}
        {node.device?.rssiDbm != null && (
          <>
            <dt>{t('sensors.node.signal')}</dt>
            <dd>{shown.number(node.device.rssiDbm, 0)} dBm</dd>
          </>
        )}
        <dt>{t('sensors.node.offset')}</dt>
        <dd>{signedOffset(node.offsetC, shown)} °C</dd>
        <dt>{t('sensors.node.calibrationDue')}</dt>
        <dd>
          {calibration === null ? (
            t('sensors.node.noCalibration')
          ) : (
            <>
              {calibration.date}
              <span class={`minor${calibration.overdue ? ' warn' : ''}`}> {calibration.note}</span>
            </>
          )}
        </dd>
        {node.device !== null && (
          <>
            <dt>{t('sensors.node.device')}</dt>
            <dd>
              {shown.list([node.device.deviceId, familyName(node.device.family)])}{' '}
              {t('sensors.found.through', { bridge: node.device.bridgeId })}
            </dd>
          </>
        )}
        <dt>{t('sensors.node.id')}</dt>
        <dd>{node.nodeId}</dd>
      </dl>
    </section>
  );
}
