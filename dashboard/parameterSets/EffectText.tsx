import type { JSX } from 'preact';
import type { ParameterSetEffect } from '../../models/contracts/parameterSetEvidence.ts';
import type { ParameterSetView } from '../../models/contracts/parameterSets.ts';
import { Placeholder } from '../components/Placeholder.tsx';
import { t } from '../i18n/messages.ts';
import { format, me } from '../state.ts';
import { effectSentences } from './setWords.ts';
import { useAnswer } from './useAnswer.ts';

/** What using a set would do to the batches that are there, asked when it is shown. */
export function EffectText(props: {
  /** Names the question. */
  name: string;
  testedRangeC: ParameterSetView['testedRangeC'];
  ask(): Promise<ParameterSetEffect>;
}): JSX.Element {
  const { answer, failure } = useAnswer(`effect ${props.name}`, props.ask);
  if (answer !== null) return <EffectSentences effect={answer} testedRangeC={props.testedRangeC} />;
  if (failure !== null) return <p class="second">{t('sets.effect.failed')}</p>;
  return <Placeholder rows={1} />;
}

export function EffectSentences(props: {
  effect: ParameterSetEffect;
  testedRangeC: ParameterSetView['testedRangeC'];
}): JSX.Element {
  const { effect, testedRangeC } = props;
  const firm = me.value?.organisation.name ?? '';
  return (
    <p class="set-effect">{effectSentences(effect, { firm, testedRangeC }, format.value, t).join(' ')}</p>
  );
}
