import type { JSX } from 'preact';
import type { RankedModel } from '../../models/contracts/fit.ts';
import { t } from '../i18n/messages.ts';
import { format } from '../state.ts';
import { modelName } from './fitWords.ts';

interface RankingCardProps {
  /** Best first; null: not compared yet. */
  readonly ranking: readonly RankedModel[] | null;
  /** Offered while there is no ranking. */
  readonly models: readonly string[];
  readonly chosen: string;
  readonly canChoose: boolean;
  readonly isPrimary: boolean;
  onChoose(model: string): void;
}

/** Models of the same data by AICc; the radio fits one of them. */
export function RankingCard(props: RankingCardProps): JSX.Element {
  const { ranking, chosen } = props;
  const rows: readonly (Pick<RankedModel, 'model'> & Partial<RankedModel>)[] =
    ranking ?? props.models.map(model => ({ model }));
  const isListed = rows.some(row => row.model === chosen);
  const all = isListed || chosen === '' ? rows : [...rows, { model: chosen }];
  return (
    <section class="card ranking-card">
      <h2>{t(props.isPrimary ? 'fit.ranking.primary' : 'fit.ranking')}</h2>
      <table>
        <thead>
          <tr>
            <th scope="col">{t('fit.ranking.model')}</th>
            <th scope="col" class="number">
              {t('fit.ranking.rmse')}
            </th>
            <th scope="col" class="number">
              {t('fit.ranking.deltaAicc')}
            </th>
            <th scope="col" class="number">
              {t('fit.ranking.weight')}
            </th>
          </tr>
        </thead>
        <tbody>
          {all.map(row => (
            <ModelRow key={row.model} row={row} {...props} />
          ))}
        </tbody>
      </table>
      {ranking === null && <p class="card-note muted">{t('fit.ranking.none')}</p>}
    </section>
  );
}

type Row = Pick<RankedModel, 'model'> & Partial<RankedModel>;

function ModelRow({ row, chosen, canChoose, onChoose }: RankingCardProps & { row: Row }): JSX.Element {
  const shown = format.value;
  const isChosen = row.model === chosen;
  const refused = row.state === 'not-identifiable' || row.state === 'failed';
  return (
    <tr class={isChosen ? 'chosen' : ''}>
      <td>
        <label class="model-choice">
          <input
            type="radio"
            name="model"
            checked={isChosen}
            disabled={!canChoose}
            onChange={() => onChoose(row.model)}
          />
          <span>
            {modelName(row.model, shown)}
            {refused && (
              <span class="small muted" title={row.reason ?? ''}>
                {' '}
                {t(row.state === 'failed' ? 'fit.ranking.failed' : 'fit.ranking.refused')}
              </span>
            )}
          </span>
        </label>
      </td>
      <td class="number">{row.rmse == null ? '–' : shown.number(row.rmse, 2)}</td>
      <td class="number">{row.deltaAicc == null ? '–' : shown.number(row.deltaAicc, 1)}</td>
      <td class="number">
        {row.deltaAicc === 0 ? (
          <span class="best">{t('fit.ranking.best')}</span>
        ) : row.weight == null ? (
          '–'
        ) : (
          shown.number(row.weight, 2)
        )}
      </td>
    </tr>
  );
}
