import type { JSX } from 'preact';
import { t } from '../i18n/messages.ts';
import { paths } from '../router.ts';
import { Icon } from './Icon.tsx';

const steps = ['name', 'code', 'wait'] as const;

/** How a sensor comes here, in three steps; the one that is under way is marked. */
export function PairingStepList({ current }: { current?: (typeof steps)[number] }): JSX.Element {
  return (
    <ol class="steps">
      {steps.map((step, index) => (
        <li key={step} aria-current={step === current ? 'step' : undefined}>
          <b class="step-number" aria-hidden="true">
            {index + 1}
          </b>
          <span class="grow">
            <span class="strong">{t(`sensors.pairing.${step}`)}</span>
            <br />
            <span class="medium second">{t(`sensors.pairing.${step}How`)}</span>
          </span>
        </li>
      ))}
    </ol>
  );
}

/** The sensor page before the first sensor. */
export function PairingSteps(): JSX.Element {
  return (
    <div class="pairing">
      <PairingStepList />
      <a class="button primary large" href={paths.installNode}>
        <Icon name="sensor" size={22} />
        {t('title.installNode')}
      </a>
      <p class="second medium">{t('sensors.pairing.bridge')}</p>
    </div>
  );
}
