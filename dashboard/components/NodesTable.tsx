import type { JSX } from 'preact';
import type { NodeView } from '../../models/contracts/node.ts';
import { now } from '../clock.ts';
import type { Format } from '../format.ts';
import { t } from '../i18n/messages.ts';
import { nodeTrouble, troubleStatus } from '../nodeState.ts';
import { calibrationText, lastSeenText, signedOffset, whereabouts } from '../nodeWords.ts';
import { paths } from '../router.ts';
import { fleet } from '../state.ts';
import { Battery } from './Battery.tsx';
import { batteryDaysLeftOf, ReceptionStrip } from './ReceptionStrip.tsx';
import { StatusPill } from './StatusPill.tsx';

interface NodesTableProps {
  readonly nodes: readonly NodeView[];
  readonly format: Format;
}

/** Every sensor with all that is known of it, where there is room. A column that nobody has is left out. */
export function NodesTable({ nodes, format: shown }: NodesTableProps): JSX.Element {
  const hasSignal = nodes.some(node => node.device?.rssiDbm != null);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard
    <section class="card wide-page nodes-table" tabIndex={0} aria-label={t('nav.nodes')}>
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
            <th scope="col" class="strip-column">
              {t('sensors.column.reception')}
            </th>
            <th scope="col">{t('sensors.column.battery')}</th>
            {hasSignal && (
              <th scope="col" class="number">
                {t('sensors.column.signal')}
              </th>
            )}
            <th scope="col" class="number">
              {t('sensors.column.offset')}
            </th>
            <th scope="col">{t('sensors.column.calibration')}</th>
          </tr>
        </thead>
        <tbody>
          {nodes.map(node => (
            <NodeRow key={node.nodeId} node={node} format={shown} hasSignal={hasSignal} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

interface NodeRowProps {
  readonly node: NodeView;
  readonly format: Format;
  readonly hasSignal: boolean;
}

function NodeRow({ node, format: shown, hasSignal }: NodeRowProps): JSX.Element {
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
        <span class="small second">
          {whereabouts(node, Object.values(fleet.value.batches), now.value, shown)}
        </span>
      </td>
      <td class="number strong">{value(reading?.temperatureC, 1)}</td>
      <td class="number">{value(reading?.humidityPct, 0)}</td>
      <td class="no-wrap">
        {node.lastSeenAt === null ? '–' : shown.moment(Date.parse(node.lastSeenAt), now.value)}
        <br />
        <span class={trouble === 'silent' ? 'small overdue' : 'small muted'}>
          {lastSeenText(node, now.value, shown)}
        </span>
      </td>
      <td>
        <ReceptionStrip node={node} />
      </td>
      <td>
        {node.batteryPct === null ? (
          '–'
        ) : (
          <Battery percent={node.batteryPct} daysLeft={batteryDaysLeftOf(node)} />
        )}
      </td>
      {hasSignal && <td class="number">{value(node.device?.rssiDbm, 0)}</td>}
      <td class="number">{signedOffset(node.offsetC, shown)}</td>
      <td class="no-wrap">
        {calibration === null ? (
          '–'
        ) : (
          <>
            {calibration.date}
            <br />
            <span class={calibration.overdue ? 'small overdue' : 'small muted'}>{calibration.note}</span>
          </>
        )}
      </td>
    </tr>
  );
}
