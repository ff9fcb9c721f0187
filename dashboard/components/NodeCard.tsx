import type { JSX } from 'preact';
import type { NodeView } from '../../models/contracts/node.ts';
import { now } from '../clock.ts';
import type { Format } from '../format.ts';
import { t } from '../i18n/messages.ts';
import { nodeTrouble, troubleStatus } from '../nodeState.ts';
import { lastSeenText, signedOffset, whereabouts } from '../nodeWords.ts';
import { paths } from '../router.ts';
import { fleet } from '../state.ts';
import { Battery } from './Battery.tsx';
import { batteryDaysLeftOf, ReceptionStrip } from './ReceptionStrip.tsx';
import { StatusPill } from './StatusPill.tsx';

/** A sensor on a phone: how it is, what it says, and what came in of it over the last day. */
export function NodeCard({ node, format: shown }: { node: NodeView; format: Format }): JSX.Element {
  const trouble = nodeTrouble(node, now.value);
  const old = trouble === 'silent' || trouble === 'late';
  const temperatureC = node.lastReading?.temperatureC ?? null;
  const humidityPct = node.lastReading?.humidityPct ?? null;
  return (
    <a class={`item ${troubleStatus[trouble]}`} href={paths.node(node.nodeId)} data-node={node.nodeId}>
      <div>
        <StatusPill status={troubleStatus[trouble]} word={t(`sensors.trouble.${trouble}`)} />
        <div class="name">{node.name}</div>
        <div class="minor">{whereabouts(node, Object.values(fleet.value.batches), now.value, shown)}</div>
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
        <div class={trouble === 'silent' ? 'minor warn' : 'minor'}>
          {lastSeenText(node, now.value, shown)}
        </div>
        {humidityPct !== null && !old && (
          <div class="minor">{t('sensors.humidity', { percent: shown.number(humidityPct, 0) })}</div>
        )}
        {node.batteryPct !== null && (
          <div class="minor">
            <Battery percent={node.batteryPct} daysLeft={batteryDaysLeftOf(node)} />
          </div>
        )}
      </div>
      <div class="strip">
        <ReceptionStrip node={node} />
        <div class="strip-foot">
          <span>{t('sensors.reception.dayAgo')}</span>
          <span>{t('sensors.offsetOf', { offset: signedOffset(node.offsetC, shown) })}</span>
          <span>{t('when.now')}</span>
        </div>
      </div>
    </a>
  );
}
