import type { JSX } from 'preact';
import { Icon } from '../components/Icon.tsx';
import { LifeBar } from '../components/LifeBar.tsx';
import { StatusPill } from '../components/StatusPill.tsx';
import { paths } from '../router.ts';
import type { ShownLife } from '../shownLife.ts';
import { format, mayMakeBatches } from '../state.ts';

const example: ShownLife = {
  status: 'fresh',
  say: 'left',
  loH: 14,
  medianH: 18,
  hiH: 23,
  untilAt: 0,
  lastReadingAt: null,
  noSensor: false,
  lowered: false,
};

/** Home before the first batch: what it will look like, and the three steps there. */
export function EmptyHome(): JSX.Element {
  const { words } = format.value;
  const printed = format.value.remaining(example.loH);
  return (
    <main class="empty" id="content" tabIndex={-1}>
      <h1>{words.empty.title}</h1>
      <p class="second" style={{ margin: '10px 0 0' }}>
        {words.empty.subtitle}
      </p>
      <div class="card example">
        <div class="item fresh">
          <div>
            <StatusPill status="fresh" />
            <div class="name">{words.empty.exampleName}</div>
          </div>
          <div class="right">
            <div class="minor">{words.atLeast}</div>
            <div class="figure">
              {printed.figure} <small>{printed.unit}</small>
            </div>
          </div>
          <div class="bar">
            <LifeBar
              name={words.empty.exampleName}
              life={example}
              horizonH={36}
              gridH={[]}
              format={format.value}
            />
          </div>
          <p class="example-note small second">{words.empty.example}</p>
        </div>
      </div>
      <ol class="steps">
        {words.empty.steps.map(([title, how], index) => (
          <li key={title}>
            <b class="step-number" aria-hidden="true">
              {index + 1}
            </b>
            <span class="grow">
              <span class="strong">{title}</span>
              <br />
              <span class="medium second">{how}</span>
            </span>
          </li>
        ))}
      </ol>
      {mayMakeBatches.value && (
        <p class="wide-page" style={{ marginTop: '22px' }}>
          <a class="button primary" href={paths.newBatch}>
            <Icon name="plus" size={16} />
            {words.nav.newBatch}
          </a>
        </p>
      )}
    </main>
  );
}
