import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { NodeView } from '../../models/contracts/node.ts';
import type { ReadingView } from '../../models/contracts/reading.ts';
import { now } from '../clock.ts';
import type { Format } from '../format.ts';
import { t } from '../i18n/messages.ts';
import { sensorsApi } from '../sensorsApi.ts';
import { asRefusal, format } from '../state.ts';
import { hourMs } from '../zone.ts';
import { RetryNote } from './RetryNote.tsx';

const shownCount = 8;
const lookedBackMs = 6 * hourMs;

/** The last readings as they came: when they were measured, how long they took, and what is odd about them. */
export function DeliveriesCard({ node }: { node: NodeView }): JSX.Element {
  const [readings, setReadings] = useState<readonly ReadingView[] | null>(null);
  const [failed, setFailed] = useState(false);
  const load = async (): Promise<void> => {
    try {
      const last = node.lastReading === null ? now.value : Date.parse(node.lastReading.measuredAt);
      const answer = await sensorsApi.readings(node.nodeId, last - lookedBackMs);
      setReadings(answer.readings.slice(-shownCount).reverse());
      setFailed(false);
    } catch (error) {
      asRefusal(error);
      setFailed(true);
    }
  };
  // Every reading that comes by the live stream is one more delivery.
  useEffect(() => void load(), [node.nodeId, node.lastReading?.measuredAt]);
  const shown = format.value;
  return (
    <section class="card padded deliveries">
      <h2>{t('sensors.deliveries.title')}</h2>
      {failed && <RetryNote text={t('failed.load')} onRetry={() => void load()} />}
      {readings?.length === 0 && <p class="second medium">{t('sensors.deliveries.none')}</p>}
      {readings !== null && readings.length > 0 && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling box must be reachable by keyboard
        <section class="table-box" tabIndex={0} aria-label={t('sensors.deliveries.title')}>
          <table>
            <thead>
              <tr>
                <th scope="col">{t('sensors.deliveries.measured')}</th>
                <th scope="col" class="number">
                  {t('sensors.deliveries.delay')}
                </th>
                <th scope="col" class="number">
                  {t('sensors.deliveries.temperature')}
                </th>
                <th scope="col">{t('sensors.deliveries.note')}</th>
              </tr>
            </thead>
            <tbody>
              {readings.map(reading => (
                <tr key={`${reading.measuredAt} ${reading.probe}`}>
                  <td class="no-wrap">{shown.moment(Date.parse(reading.measuredAt), now.value)}</td>
                  <td class="number no-wrap">{delayText(reading, shown)}</td>
                  <td class="number strong">
                    {reading.temperatureC === null ? '–' : shown.number(reading.temperatureC)}
                  </td>
                  <td class="small second">{remarks(reading, shown)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
    </section>
  );
}

/** How long a reading was on its way. A device clock that runs ahead makes no negative time. */
function delayText({ measuredAt, receivedAt }: ReadingView, shown: Format): string {
  const tookMs = Math.max(0, Date.parse(receivedAt) - Date.parse(measuredAt));
  return tookMs < 60_000
    ? shown.t('sensors.deliveries.seconds', { n: Math.round(tookMs / 1000) })
    : shown.duration(tookMs);
}

function remarks(reading: ReadingView, shown: Format): string {
  const { quality, timeSource, rawTemperatureC, temperatureC } = reading;
  const isMoved = rawTemperatureC !== null && temperatureC !== null && rawTemperatureC !== temperatureC;
  return shown.list([
    ...(quality === 'suspect' ? [shown.t('sensors.deliveries.suspect')] : []),
    ...(timeSource === 'arrival' ? [shown.t('sensors.deliveries.arrival')] : []),
    ...(isMoved ? [shown.t('sensors.deliveries.raw', { raw: shown.number(rawTemperatureC) })] : []),
  ]);
}
