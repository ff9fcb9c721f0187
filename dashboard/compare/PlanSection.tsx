import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { type ExperimentPlan, planExperiments } from '../../models/laboratory/planExperiments.ts';
import type { SpoilageFlora } from '../../models/parameters/tahu.ts';
import { SamplingChart } from '../charts/SamplingChart.tsx';
import { saveCsv } from '../charts/saveCsv.ts';
import { Icon } from '../components/Icon.tsx';
import { Note } from '../components/Note.tsx';
import { Placed } from '../components/Placed.tsx';
import { Segmented } from '../components/Segmented.tsx';
import { t } from '../i18n/messages.ts';
import { place } from '../i18n/places.ts';
import { format } from '../state.ts';
import { type PlanState, planSlides } from './compareState.ts';
import { LeverSlider } from './LeverSlider.tsx';

interface PlanSectionProps {
  readonly flora: SpoilageFlora;
  readonly temperatureC: number;
  readonly plan: PlanState;
  onPlan(plan: PlanState): void;
}

/** Temperatures a laboratory can keep. */
const incubatorsC: readonly number[] = [4, 6, 8, 10, 15, 20, 25, 30];
/** Planning takes longer than a slider may wait. */
const planAfterMs = 250;

/** The next experiments: how many plates there are, where to spend them, and what that would be worth. */
export function PlanSection(props: PlanSectionProps): JSX.Element {
  const { plan, temperatureC, onPlan } = props;
  const worked = usePlan(props);
  const temperature = format.value.plainTemperature(temperatureC);
  const number = (name: 'plates' | 'lots' | 'incubators'): JSX.Element => (
    <LeverSlider
      label={t(`compare.plan.${name}`)}
      slide={planSlides[name]}
      value={plan[name]}
      text={String(plan[name])}
      ends={[String(planSlides[name].min), String(planSlides[name].max)]}
      onChange={value => onPlan({ ...plan, [name]: value })}
    />
  );
  return (
    <section class="card plan" aria-labelledby="plan-title">
      <h2 id="plan-title">{t('compare.plan.title')}</h2>
      <p class="second">{t('compare.plan.lead', { temperature })}</p>
      <div class="plan-fields">
        {number('plates')}
        {number('lots')}
        {number('incubators')}
        <div class="lever">
          <div class="lever-name">{t('compare.plan.aim')}</div>
          <Segmented
            label={t('compare.plan.aim')}
            value={plan.aim}
            options={(['life', 'rate'] as const).map(value => ({
              value,
              label: t(`compare.plan.aim.${value}`),
            }))}
            onChange={aim => onPlan({ ...plan, aim })}
          />
        </div>
      </div>
      {worked === undefined && <p class="muted">{t('compare.plan.working')}</p>}
      {worked === null && <Note status="none">{t('compare.plan.impossible')}</Note>}
      {worked != null && <Planned {...worked} />}
    </section>
  );
}

interface Worked {
  readonly plan: ExperimentPlan;
  /** The same plates over twice as many cooks, which often tells more; null where they would not do. */
  readonly moreLots: ExperimentPlan | null;
}

/** `undefined` while it is worked out, `null` when there is no plan. */
function usePlan({ flora, temperatureC, plan }: PlanSectionProps): Worked | null | undefined {
  const [worked, setWorked] = useState<Worked | null>();
  useEffect(() => {
    const timer = setTimeout(() => {
      try {
        const { plates, aim, incubators } = plan;
        const over = (lots: number): ExperimentPlan =>
          planExperiments({
            ...{ flora, temperatureC, plates, lots, aim, temperaturesC: incubatorsC },
            mostTemperatures: incubators,
          });
        const twice = 2 * plan.lots;
        const isEnough = twice <= planSlides.lots.max && plates / twice >= 8;
        setWorked({ plan: over(plan.lots), moreLots: isEnough ? over(twice) : null });
      } catch {
        // No growth at this temperature by these numbers, or fewer plates than parameters.
        setWorked(null);
      }
    }, planAfterMs);
    return () => clearTimeout(timer);
  }, [flora, temperatureC, plan]);
  return worked;
}

function Planned({ plan, moreLots }: Worked): JSX.Element {
  const { number, list, plainTemperature } = format.value;
  const factor = ({ factor: n }: { factor: number }): string => t('compare.plan.factor', { n: number(n, 2) });
  const { before, after } = plan.standardErrors;
  const percent = Math.max(0, Math.floor(100 * (1 - plan.after.lnSd / plan.before.lnSd)));
  const used = [...new Set(plan.points.map(point => point.temperatureC))];
  const summary = t('compare.plan.chartSummary', {
    n: plan.points.length,
    temperatures: list(used.map(plainTemperature)),
    plates: plan.platesUsed / plan.lots,
  });
  return (
    <div class="stack" data-plan={plan.points.length}>
      <p>
        <Placed
          message={t('compare.plan.promiseLess', {
            ...{ percent: place(0), before: factor(plan.before), after: factor(plan.after) },
          })}
          of={[<b key="percent">{percent}%</b>]}
        />{' '}
        {t('compare.plan.batch', {
          ...{
            before: factor(plan.batchBefore),
            after: factor(plan.batchAfter),
            best: factor(plan.batchAtBest),
          },
        })}{' '}
        {moreLots !== null &&
          t('compare.plan.moreLots', { lots: moreLots.lots, after: factor(moreLots.after) })}
      </p>
      <h3>{t('compare.plan.chart')}</h3>
      <SamplingChart
        points={plan.points}
        words={{
          celsius: plainTemperature,
          hours: n => t('time.hours', { n }),
          days: n => t('time.days', { n }),
        }}
        summary={summary}
      />
      <PlanTable plan={plan} />
      <p class="small second">
        {format.value.sentences([
          t('compare.plan.errors', {
            ...{ bBefore: number(before.b, 4), bAfter: number(after.b, 4) },
            ...{ tBefore: number(before.tMinC), tAfter: number(after.tMinC) },
          }),
          t('compare.plan.assumes'),
          t('compare.plan.used', { used: plan.platesUsed }),
        ])}
      </p>
      <div class="row">
        <button
          type="button"
          class="button compact"
          onClick={() => saveCsv(planCsv(plan), 'rencana-percobaan')}
        >
          <Icon name="download" size={16} />
          {t('compare.download')}
        </button>
      </div>
    </div>
  );
}

function PlanTable({ plan }: { plan: ExperimentPlan }): JSX.Element {
  const { number, plainTemperature } = format.value;
  const caption = t('compare.plan.caption');
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling box must be reachable by keyboard
    <section class="table-box" tabIndex={0} aria-label={caption}>
      <table>
        <caption>{caption}</caption>
        <thead>
          <tr>
            <th scope="col">{t('compare.column.temperature')}</th>
            <th scope="col" class="number">
              {t('compare.plan.column.time')}
            </th>
            <th scope="col" class="number">
              {t('compare.plan.column.plates')}
            </th>
            <th scope="col" class="number">
              {t('compare.plan.column.expected')}
            </th>
          </tr>
        </thead>
        <tbody>
          {plan.points.map(point => (
            <tr key={`${point.temperatureC} ${point.timeH}`}>
              <th scope="row">{plainTemperature(point.temperatureC)}</th>
              <td class="number">
                {point.timeH >= 72
                  ? t('time.days', { n: number(point.timeH / 24, point.timeH % 24 === 0 ? 0 : 2) })
                  : t('time.hours', { n: number(point.timeH, point.timeH % 1 === 0 ? 0 : 2) })}
              </td>
              <td class="number">{point.plates}</td>
              <td class="number">{number(point.expectedLog10Cfu)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function planCsv({ points, lots }: ExperimentPlan): string {
  const lines = points.map(({ temperatureC, timeH, plates, expectedLog10Cfu }) =>
    [temperatureC, timeH, plates, lots, expectedLog10Cfu.toFixed(2)].join(','),
  );
  return `temperature_c,time_h,plates_per_lot,lots,expected_log10_cfu_per_g\n${lines.join('\n')}\n`;
}
