import type { JSX } from 'preact';
import { Icon } from '../components/Icon.tsx';
import { LifeBar } from '../components/LifeBar.tsx';
import { StatusPill } from '../components/StatusPill.tsx';
import { t } from '../i18n/messages.ts';
import { paths } from '../router.ts';
import type { ShownLife } from '../shownLife.ts';
import { format, mayMakeBatches, maySetUpNodes } from '../state.ts';

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

const steps = ['batch', 'label', 'sensor'] as const;

/** Home before the first batch: what it will look like, and the three steps there. */
export function EmptyHome(): JSX.Element {
  const printed = format.value.remaining(example.loH);
  return (
    <main class="empty" id="content" tabIndex={-1}>
      <h1>{t('empty.title')}</h1>
      <p class="second" style={{ margin: '10px 0 0' }}>
        {t('empty.subtitle')}
      </p>
      <div class="card example">
        <div class="item fresh">
          <div>
            <StatusPill status="fresh" />
            <div class="name">{t('empty.exampleName')}</div>
          </div>
          <div class="right">
            <div class="minor">{t('life.atLeast')}</div>
            <div class="figure">
              {printed.figure} <small>{printed.unit}</small>
            </div>
          </div>
          <div class="bar">
            <LifeBar
              name={t('empty.exampleName')}
              life={example}
              horizonH={36}
              gridH={[]}
              format={format.value}
            />
          </div>
          <p class="example-note small second">{t('empty.example')}</p>
        </div>
      </div>
      <ol class="steps">
        {steps.map((step, index) => (
          <li key={step}>
            <b class="step-number" aria-hidden="true">
              {index + 1}
            </b>
            <span class="grow">
              <span class="strong">{t(`empty.${step}Title`)}</span>
              <br />
              <span class="medium second">{t(`empty.${step}How`)}</span>
              {step === 'sensor' && maySetUpNodes.value && (
                <>
                  <br />
                  <a class="medium how-to" href={paths.installNode}>
                    {t('empty.sensorLink')}
                  </a>
                </>
              )}
            </span>
          </li>
        ))}
      </ol>
      {mayMakeBatches.value && (
        <p class="wide-page" style={{ marginTop: '22px' }}>
          <a class="button primary" href={paths.newBatch}>
            <Icon name="plus" size={16} />
            {t('nav.newBatch')}
          </a>
        </p>
      )}
    </main>
  );
}
