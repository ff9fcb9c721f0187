import type { JSX } from 'preact';
import type { ParameterSetView, ParameterView } from '../../models/contracts/parameterSets.ts';
import { t } from '../i18n/messages.ts';
import { format } from '../state.ts';
import { numberText, unitText } from './setWords.ts';

/** Every number of a set with its error and where it comes from; beside it the one in use where it differs. */
export function NumbersTable({ set }: { set: ParameterSetView }): JSX.Element {
  const before = new Map(set.diff.map(change => [change.name, change.before]));
  const hasDiff = before.size > 0;
  return (
    <div class="card">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling box must be reachable by keyboard */}
      <section class="table-box numbers" tabIndex={0} aria-label={t('sets.numbers')}>
        <table>
          <caption>
            {t('sets.numbers')}. {t('sets.numbersNote')}
          </caption>
          <thead>
            <tr>
              <th scope="col">{t('sets.column.number')}</th>
              <th scope="col" class="number">
                {t('sets.column.value')}
              </th>
              <th scope="col" class="number">
                {t('sets.column.sd')}
              </th>
              {hasDiff && (
                <th scope="col" class="number">
                  {t('sets.column.before')}
                </th>
              )}
              <th scope="col">{t('sets.column.mark')}</th>
              <th scope="col">{t('sets.column.source')}</th>
            </tr>
          </thead>
          <tbody>
            {set.parameters.map(parameter => (
              <Row
                key={parameter.name}
                parameter={parameter}
                before={before.get(parameter.name)}
                {...{ hasDiff }}
              />
            ))}
          </tbody>
        </table>
      </section>
    </div>
  );
}

function Row(props: {
  parameter: ParameterView;
  before: { value: number | null; sd: number | null } | undefined;
  hasDiff: boolean;
}): JSX.Element {
  const { parameter, before, hasDiff } = props;
  const { name, value, sd, unit, mark, source, range } = parameter;
  const print = (number: number | null): string => numberText(number, format.value);
  return (
    <tr class={before === undefined ? '' : 'changed'}>
      <th scope="row">
        {t(`sets.number.${name}`)} <small class="no-wrap">{unitText(unit)}</small>
      </th>
      <td class="number strong">
        {print(value)}
        {range !== null && (
          <>
            {' '}
            <small class="no-wrap">
              {print(range[0])}–{print(range[1])}
            </small>
          </>
        )}
      </td>
      <td class="number">{print(sd)}</td>
      {hasDiff && (
        <td class="number">
          {before === undefined ? '' : print(before.value)}
          {before?.sd != null && <small> ±{print(before.sd)}</small>}
        </td>
      )}
      <td>{t(`sets.mark.${mark}`)}</td>
      <td class="source">{source}</td>
    </tr>
  );
}
