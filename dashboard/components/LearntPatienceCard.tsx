import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { LearntPatience } from '../../models/contracts/alertRule.ts';
import { minutesText } from '../alertRuleWords.ts';
import { alertsApi } from '../alertsApi.ts';
import { ApiError } from '../api.ts';
import { t } from '../i18n/messages.ts';
import { paths } from '../router.ts';
import { format } from '../state.ts';

/** How long each sensor may be silent, as it was learnt from its own reports. */
export function LearntPatienceCard(): JSX.Element | null {
  const [sensors, setSensors] = useState<LearntPatience>([]);
  useEffect(() => {
    alertsApi.learntPatience().then(
      learnt => setSensors(learnt.sensors),
      // The rules can be read and changed without it.
      (error: unknown) => {
        if (!(error instanceof ApiError)) throw error;
      },
    );
  }, []);
  if (sensors.length === 0) return null;
  return (
    <section class="card alert-list">
      <h2>{t('alertRules.learnt')}</h2>
      <p class="rule-how second">{t('alertRules.learntHow')}</p>
      <dl class="facts learnt">
        {sensors.map(({ nodeId, name, patienceMin }) => (
          <div key={nodeId}>
            <dt>
              <a href={paths.node(nodeId)}>{name}</a>
            </dt>
            <dd>
              {patienceMin === null ? t('alertRules.neverHeard') : minutesText(patienceMin, format.value)}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
