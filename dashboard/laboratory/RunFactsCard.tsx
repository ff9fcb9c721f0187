import type { JSX } from 'preact';
import type { Treatment } from '../../models/contracts/batch.ts';
import { levers } from '../../models/preservation/levers.ts';
import { doseUnit, leverName } from '../compare/compareWords.ts';
import type { MessageId } from '../i18n/catalogues.ts';
import { t } from '../i18n/messages.ts';
import { fleet } from '../state.ts';
import { Choice, Line } from './FactFields.tsx';
import { type FactFault, factFaults, type RunFacts } from './runFacts.ts';

const treatments: readonly Treatment[] = [
  ...(['none', 'water-immersed', 'turmeric-boiled', 'vacuum', 'packed-heated', 'packed-heated-p90'] as const),
];

/** Levers with a field of their own. */
const turmeric = 'turmeric';

interface RunFactsCardProps {
  readonly title: string;
  readonly productId: string;
  readonly note: string;
  /** More data of an experiment that has its name and product already. */
  readonly isKnown: boolean;
  readonly facts: RunFacts;
  /** Names of the series, and the one whose facts are written now; '' for all. */
  readonly series: readonly string[];
  readonly chosen: string;
  onAbout(part: { title?: string; productId?: string; note?: string }): void;
  onFacts(part: Partial<RunFacts>): void;
  onChosen(series: string): void;
}

/** About this run: what was kept, how, and how it was counted. */
export function RunFactsCard(props: RunFactsCardProps): JSX.Element {
  const { facts, series, chosen, onFacts, onAbout } = props;
  const faults = factFaults(facts);
  const products = Object.values(fleet.value.products);
  return (
    <section class="card padded run-facts">
      <h2>{t('experiments.about')}</h2>
      <div class="stack">
        {!props.isKnown && (
          <>
            <Line
              id="title"
              label={t('experiments.title')}
              value={props.title}
              onValue={title => onAbout({ title })}
            />
            <Choice
              label={t('experiments.product')}
              value={props.productId}
              onValue={productId => onAbout({ productId })}
              options={[
                { value: '', label: t('experiments.noProduct') },
                ...products.map(({ productId, name }) => ({ value: productId, label: name })),
              ]}
            />
          </>
        )}
        {series.length > 1 && (
          <Choice
            label={t('experiments.factsOf')}
            value={chosen}
            onValue={props.onChosen}
            options={[
              { value: '', label: t('experiments.allSeries', { n: series.length }) },
              ...series.map(name => ({ value: name, label: name })),
            ]}
          />
        )}
        <Choice
          label={t('experiments.treatment')}
          value={facts.treatment}
          onValue={treatment => onFacts({ treatment: treatment as Treatment | '' })}
          options={[
            { value: '', label: t('experiments.notSaid') },
            ...treatments.map(value => ({ value, label: t(`manage.treatment.${value}` as MessageId) })),
          ]}
        />
        <div class="two-fields">
          <Line
            id="pH"
            label={t('experiments.pH')}
            value={facts.pH}
            decimal
            wrong={wrongOf(faults, 'pH')}
            onValue={pH => onFacts({ pH })}
          />
          <Line
            id="turmeric"
            label={t('experiments.turmeric')}
            value={facts.levers[turmeric] ?? ''}
            decimal
            wrong={wrongOf(faults, `lever:${turmeric}`)}
            onValue={value => onFacts({ levers: { ...facts.levers, [turmeric]: value } })}
          />
        </div>
        <Line
          id="medium"
          label={t('experiments.medium')}
          value={facts.medium}
          list={[
            'PCA, 30 °C, 72 h, pour plate',
            'PCA, 30 °C, 48 h, spread plate',
            'MRS, 30 °C, 72 h',
            'Petrifilm AC, 30 °C, 72 h',
          ]}
          onValue={medium => onFacts({ medium })}
        />
        <details class="more-facts">
          <summary>{t('experiments.more')}</summary>
          <div class="stack">
            <Line
              id="method"
              label={t('experiments.method')}
              value={facts.method}
              onValue={method => onFacts({ method })}
            />
            <div class="two-fields">
              <Line
                id="aw"
                label={t('experiments.aw')}
                value={facts.aw}
                decimal
                wrong={wrongOf(faults, 'aw')}
                onValue={aw => onFacts({ aw })}
              />
              <Line
                id="cost"
                label={t('experiments.cost')}
                value={facts.cost}
                decimal
                wrong={wrongOf(faults, 'cost')}
                onValue={cost => onFacts({ cost })}
              />
            </div>
            <Levers facts={facts} faults={faults} onFacts={onFacts} />
            <Line
              id="note"
              label={t('experiments.note')}
              value={props.note}
              lines={3}
              onValue={note => onAbout({ note })}
            />
          </div>
        </details>
      </div>
    </section>
  );
}

const wrongOf = (faults: readonly FactFault[], field: FactFault): string | undefined =>
  faults.includes(field)
    ? t(
        field === 'pH'
          ? 'experiments.wrong.pH'
          : field === 'aw'
            ? 'experiments.wrong.aw'
            : 'experiments.wrong.number',
      )
    : undefined;

function Levers({
  facts,
  faults,
  onFacts,
}: {
  facts: RunFacts;
  faults: readonly FactFault[];
  onFacts(part: Partial<RunFacts>): void;
}): JSX.Element {
  const set = (id: string, value: string): void => onFacts({ levers: { ...facts.levers, [id]: value } });
  return (
    <fieldset class="levers">
      <legend>{t('experiments.levers')}</legend>
      {levers
        .filter(lever => lever.id !== turmeric)
        .map(({ id, doseUnit: unit }) =>
          unit === null ? (
            <label class="check" key={id}>
              <input
                type="checkbox"
                checked={facts.levers[id] === '1'}
                onChange={event => set(id, event.currentTarget.checked ? '1' : '')}
              />
              <span>{leverName(id, t)}</span>
            </label>
          ) : (
            <Line
              key={id}
              id={id}
              label={`${leverName(id, t)}, ${doseUnit(id, t)}`}
              value={facts.levers[id] ?? ''}
              decimal
              wrong={wrongOf(faults, `lever:${id}`)}
              onValue={value => set(id, value)}
            />
          ),
        )}
    </fieldset>
  );
}
