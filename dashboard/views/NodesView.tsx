import type { JSX } from 'preact';
import type { NodeView } from '../../models/contracts/node.ts';
import { now } from '../clock.ts';
import { Battery } from '../components/Battery.tsx';
import { FailedNote } from '../components/FailedNote.tsx';
import { Icon } from '../components/Icon.tsx';
import { LazyView } from '../components/LazyView.tsx';
import { Logo } from '../components/Logo.tsx';
import { Placeholder } from '../components/Placeholder.tsx';
import { StatusPill } from '../components/StatusPill.tsx';
import type { Format } from '../format.ts';
import { t } from '../i18n/messages.ts';
import { batchesOf, nodeTrouble, troubleStatus, worstFirst } from '../nodeState.ts';
import { calibrationText, lastSeenText, nodesSentence, signedOffset } from '../nodeWords.ts';
import { paths } from '../router.ts';
import { agreedAt, fleet, format, hasLists, maySeeQuarantine, maySetUpNodes } from '../state.ts';

/** Sensor: every node, the one with the worst trouble first. Cards on a phone, a table where there is room. */
export function NodesView(): JSX.Element {
  const nodes = worstFirst(Object.values(fleet.value.nodes), now.value);
  const sentence = nodes.length === 0 ? t('sensors.empty') : nodesSentence(nodes, now.value, format.value);
  return (
    <>
      <header class="top">
        <Logo size={28} />
        <div class="title grow">{t('nav.nodes')}</div>
        {agreedAt.value !== null && (
          <span class="agreed">
            <Icon name="check" size={18} />
            {format.value.clock(agreedAt.value)}
          </span>
        )}
      </header>
      <main id="content" tabIndex={-1}>
        <FailedNote />
        {hasLists.value ? (
          <>
            <div class="heading">
              <div class="lead">
                <h1>{sentence}</h1>
                <p class={nodes.length === 0 ? 'second' : 'wide-page'}>
                  {nodes.length === 0 ? t('sensors.emptyHow') : t('sensors.count', { n: nodes.length })}
                </p>
              </div>
              <NodeActions />
            </div>
            <LazyView load={loadFoundDevices} props={{}} quiet />
            <ul class="rows narrow-page" aria-label={t('nav.nodes')}>
              {nodes.map(node => (
                <li key={node.nodeId}>
                  <NodeCard node={node} format={format.value} />
                </li>
              ))}
            </ul>
            {nodes.length > 0 && <NodesTable nodes={nodes} format={format.value} />}
          </>
        ) : (
          <Placeholder rows={4} />
        )}
      </main>
    </>
  );
}

const loadFoundDevices = () => import('../components/FoundDevices.tsx').then(chunk => chunk.FoundDevices);

/** What this account may do here, and no more. */
function NodeActions(): JSX.Element {
  return (
    <div class="row wrap actions">
      {maySeeQuarantine.value && (
        <a class="button" href={paths.quarantine}>
          {t('title.quarantine')}
        </a>
      )}
      {maySetUpNodes.value && (
        <a class="button" href={paths.installNode}>
          <Icon name="plus" size={18} />
          {t('title.installNode')}
        </a>
      )}
    </div>
  );
}

/** Where a node is: its place, else the batches it speaks for. */
function whereabouts(node: NodeView): string {
  const names = batchesOf(node.nodeId, Object.values(fleet.value.batches), now.value);
  const parts = [
    ...(node.placeId === null ? [] : [node.placeId]),
    ...(names.length > 0 ? [t('sensors.speaksFor', { batches: format.value.list(names) })] : []),
  ];
  return parts.length > 0 ? parts.join(' · ') : t('sensors.noPlace');
}

interface NodeProps {
  readonly node: NodeView;
  readonly format: Format;
}

function NodeCard({ node, format: shown }: NodeProps): JSX.Element {
  const trouble = nodeTrouble(node, now.value);
  const old = trouble === 'silent' || trouble === 'late';
  const temperatureC = node.lastReading?.temperatureC ?? null;
  const humidityPct = node.lastReading?.humidityPct ?? null;
  return (
    <a class={`item ${troubleStatus[trouble]}`} href={paths.node(node.nodeId)} data-node={node.nodeId}>
      <div>
        <StatusPill status={troubleStatus[trouble]} word={t(`sensors.trouble.${trouble}`)} />
        <div class="name">{node.name}</div>
        <div class="minor">{whereabouts(node)}</div>
        {old && temperatureC !== null && node.lastReading !== null && (
          <div class="minor warn">
            {t('life.lastTemperature', {
              at: shown.list([
                shown.temperature(temperatureC),
                shown.moment(Date.parse(node.lastReading.measuredAt), now.value),
              ]),
            })}
          </div>
        )}
      </div>
      <div class="right">
        <div class="figure plain">
          {/* A node without news has no temperature now, only a last one. */}
          {old || temperatureC === null ? (
            '–'
          ) : (
            <>
              {shown.number(temperatureC)} <small>°C</small>
            </>
          )}
        </div>
        <div class="minor">{lastSeenText(node, now.value, shown)}</div>
        {humidityPct !== null && !old && (
          <div class="minor">{t('sensors.humidity', { percent: shown.number(humidityPct, 0) })}</div>
        )}
        {node.batteryPct !== null && (
          <div class="minor">
            <Battery percent={node.batteryPct} />
          </div>
        )}
      </div>
    </a>
  );
}

function NodesTable({ nodes, format: shown }: { nodes: readonly NodeView[]; format: Format }): JSX.Element {
  return (
    <section class="card wide-page nodes-table">
      <table>
        <caption class="for-reader">{t('nav.nodes')}</caption>
        <thead>
          <tr>
            <th scope="col">{t('sensors.column.state')}</th>
            <th scope="col">{t('sensors.column.node')}</th>
            <th scope="col" class="number">
              {t('sensors.column.temperature')}
            </th>
            <th scope="col" class="number">
              {t('sensors.column.humidity')}
            </th>
            <th scope="col">{t('sensors.column.last')}</th>
            <th scope="col">{t('sensors.column.battery')}</th>
            <th scope="col" class="number">
              {t('sensors.column.offset')}
            </th>
            <th scope="col">{t('sensors.column.calibration')}</th>
          </tr>
        </thead>
        <tbody>
          {nodes.map(node => (
            <NodeRow key={node.nodeId} node={node} format={shown} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

function NodeRow({ node, format: shown }: NodeProps): JSX.Element {
  const trouble = nodeTrouble(node, now.value);
  const reading = trouble === 'silent' || trouble === 'late' ? null : node.lastReading;
  const calibration = calibrationText(node, now.value, shown);
  const value = (v: number | null | undefined, digits: number): string =>
    v === null || v === undefined ? '–' : shown.number(v, digits);
  return (
    <tr>
      <td>
        <StatusPill status={troubleStatus[trouble]} word={t(`sensors.trouble.${trouble}`)} />
      </td>
      <td>
        <a class="strong node-link" href={paths.node(node.nodeId)}>
          {node.name}
        </a>
        <br />
        <span class="small second">{whereabouts(node)}</span>
      </td>
      <td class="number strong">{value(reading?.temperatureC, 1)}</td>
      <td class="number">{value(reading?.humidityPct, 0)}</td>
      <td class="no-wrap">
        {node.lastSeenAt === null ? '–' : shown.moment(Date.parse(node.lastSeenAt), now.value)}
        <br />
        <span class="small muted">{lastSeenText(node, now.value, shown)}</span>
      </td>
      <td>{node.batteryPct === null ? '–' : <Battery percent={node.batteryPct} />}</td>
      <td class="number">{signedOffset(node.offsetC, shown)}</td>
      <td class="no-wrap">
        {calibration === null ? (
          '–'
        ) : (
          <>
            {calibration.date}
            <br />
            <span class={calibration.overdue ? 'small soon overdue' : 'small muted'}>{calibration.note}</span>
          </>
        )}
      </td>
    </tr>
  );
}
