import type { JSX } from 'preact';
import type { LifeRange } from '../../models/laboratory/compareTreatments.ts';
import { t } from '../i18n/messages.ts';
import { format } from '../state.ts';
import type { CompareState } from './compareState.ts';
import { blockedTexts, changeName, type LifeUnit, printedIn } from './compareWords.ts';
import type { Comparison } from './comparison.ts';

/** What both charts show, as tables. */
export function CompareTables(props: {
  state: CompareState;
  comparison: Comparison;
  unit: LifeUnit;
}): JSX.Element {
  const { state, comparison, unit } = props;
  const { baseline, whatIf, rows } = comparison;
  const temperature = format.value.plainTemperature(state.temperatureC);
  const caption = t('compare.treatments', { temperature, unit: t(`compare.unit.${unit}`) });
  return (
    <div class="card">
      <Box label={caption}>
        <table>
          <caption>{caption}</caption>
          <Head
            names={[t('compare.column.least'), t('compare.column.median'), t('compare.column.most')]}
            first={t('compare.column.treatment')}
          />
          <tbody>
            <Row name={t('compare.yourWhatIf')} range={whatIf.range} unit={unit} why="" />
            {rows.map(({ change, range, blocked }) => (
              <Row
                key={change.id}
                name={changeName(change, format.value)}
                range={range}
                unit={unit}
                why={blocked === null ? '' : format.value.sentences(blockedTexts(blocked, format.value))}
              />
            ))}
            <Row name={t('compare.baseline')} range={baseline.range} unit={unit} why="" />
          </tbody>
        </table>
      </Box>
      <Box label={t('compare.byTemperature')}>
        <table>
          <caption>{t('compare.byTemperature')}</caption>
          <Head
            first={t('compare.column.temperature')}
            names={[t('compare.column.baseline'), t('compare.column.whatIf')]}
          />
          <tbody>
            {baseline.curve.map(({ temperatureC, range }, i) => (
              <tr key={temperatureC}>
                <th scope="row">{format.value.temperature(temperatureC)}</th>
                <td class="number">{format.value.range(range.p05H, range.p95H)}</td>
                <td class="number">{rangeText(whatIf.curve[i]?.range)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Box>
    </div>
  );
}

const rangeText = (range: LifeRange | undefined): string =>
  range === undefined ? '–' : format.value.range(range.p05H, range.p95H);

function Box({ label, children }: { label: string; children: JSX.Element }): JSX.Element {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling box must be reachable by keyboard
    <section class="table-box" tabIndex={0} aria-label={label}>
      {children}
    </section>
  );
}

function Head({ first, names }: { first: string; names: readonly string[] }): JSX.Element {
  return (
    <thead>
      <tr>
        <th scope="col">{first}</th>
        {names.map(name => (
          <th scope="col" class="number" key={name}>
            {name}
          </th>
        ))}
      </tr>
    </thead>
  );
}

function Row(props: { name: string; range: LifeRange | null; unit: LifeUnit; why: string }): JSX.Element {
  const { name, range, unit, why } = props;
  return (
    <tr>
      <th scope="row">{name}</th>
      {range === null ? (
        <td colSpan={3} class="second">
          {why}
        </td>
      ) : (
        [range.p05H, range.medianH, range.p95H].map((hours, i) => (
          <td class="number" key={i}>
            {printedIn(unit, hours, format.value)}
          </td>
        ))
      )}
    </tr>
  );
}
