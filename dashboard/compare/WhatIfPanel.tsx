import type { JSX } from 'preact';
import type { TreatmentChoice } from '../../models/laboratory/treatmentChanges.ts';
import { Segmented } from '../components/Segmented.tsx';
import { t } from '../i18n/messages.ts';
import { format } from '../state.ts';
import { CostFields } from './CostFields.tsx';
import { type CompareState, doseSlides, firstState, startSlide, temperatureSlide } from './compareState.ts';
import { doseText, packagingName } from './compareWords.ts';
import type { Comparison } from './comparison.ts';
import { LeverSlider } from './LeverSlider.tsx';
import { LimitFields } from './LimitFields.tsx';
import { OtherLevers } from './OtherLevers.tsx';

export interface PanelProps {
  readonly state: CompareState;
  readonly comparison: Comparison;
  onState(state: CompareState): void;
}

/** Everything that can be done otherwise; each change is counted at once. */
export function WhatIfPanel({ state, comparison, onState }: PanelProps): JSX.Element {
  const { whatIf } = state;
  const { min, max } = comparison.whatIf.parameters.testedRangeC;
  const { plainTemperature } = format.value;
  const change = (part: Partial<TreatmentChoice>): void =>
    onState({ ...state, whatIf: { ...whatIf, ...part } });
  const setBase = (base: TreatmentChoice['base']): void =>
    onState({ ...state, baseline: { ...state.baseline, base }, whatIf: { ...whatIf, base } });
  return (
    <section class="card what-if-panel" aria-labelledby="what-if">
      <div class="row between">
        <h2 id="what-if">{t('compare.whatIf')}</h2>
        <button
          type="button"
          class="button plain compact"
          onClick={() => onState({ ...firstState(state.law), set: state.set })}
        >
          {t('compare.reset')}
        </button>
      </div>
      <LeverSlider
        label={t('compare.storage')}
        slide={temperatureSlide}
        value={state.temperatureC}
        text={plainTemperature(state.temperatureC)}
        unit="°C"
        ends={[String(temperatureSlide.min), plainTemperature(temperatureSlide.max)]}
        middle={t('compare.tested', { min, max })}
        onChange={temperatureC => onState({ ...state, temperatureC })}
      />
      <Choice label={t('compare.product')}>
        <Segmented
          label={t('compare.product')}
          value={whatIf.base}
          options={(['turmeric-boiled', 'water-immersed'] as const).map(value => ({
            value,
            label: t(`compare.base.${value}`),
          }))}
          onChange={setBase}
        />
      </Choice>
      <StartSlider {...{ state, comparison, onState }} />
      <Choice label={t('compare.heating')}>
        <Segmented
          label={t('compare.heating')}
          value={whatIf.heating}
          options={(['none', 'in-pack', 'p90'] as const).map(value => ({
            value,
            label: t(`compare.heating.${value}`),
          }))}
          onChange={heating => change({ heating, initialLog10Cfu: null })}
        />
      </Choice>
      <Choice label={t('compare.packaging')}>
        <Segmented
          label={t('compare.packaging')}
          value={whatIf.packaging}
          options={(['open', 'vacuum', 'carbon-dioxide'] as const).map(value => ({
            value,
            label: packagingName(value, t),
          }))}
          onChange={packaging => change({ packaging })}
        />
      </Choice>
      <Coagulant choice={whatIf} onLevers={levers => change({ levers })} />
      <TurmericSlider choice={whatIf} onLevers={levers => change({ levers })} />
      <OtherLevers levers={whatIf.levers} onLevers={levers => change({ levers })} />
      <Choice label={t('compare.law')}>
        <Segmented
          label={t('compare.law')}
          value={state.law}
          options={(['indonesia', 'codex'] as const).map(value => ({
            value,
            label: t(`compare.law.${value}`),
          }))}
          onChange={law => onState({ ...state, law })}
        />
      </Choice>
      <LimitFields {...{ state, comparison, onState }} />
      <CostFields {...{ state, comparison, onState }} />
    </section>
  );
}

function Choice({ label, children }: { label: string; children: JSX.Element }): JSX.Element {
  return (
    <div class="lever">
      <div class="lever-name">{label}</div>
      {children}
    </div>
  );
}

function StartSlider({ state, comparison, onState }: PanelProps): JSX.Element {
  const { whatIf } = state;
  const usual = comparison.whatIf.parameters.spoilage.initialLog10Cfu.value;
  const { number } = format.value;
  const value = whatIf.initialLog10Cfu ?? usual;
  const set = (initialLog10Cfu: number | null): void =>
    onState({ ...state, whatIf: { ...whatIf, initialLog10Cfu } });
  return (
    <LeverSlider
      label={t('compare.start')}
      slide={startSlide}
      value={value}
      text={t('compare.startValue', { log10: number(value) })}
      unit="log CFU/g"
      ends={[String(startSlide.min), number(startSlide.max)]}
      middle={t('compare.startUsual', { n: number(usual) })}
      onChange={wanted => set(Math.abs(wanted - usual) < 1e-9 ? null : wanted)}
    />
  );
}

type LeversChange = { readonly choice: TreatmentChoice; onLevers(levers: TreatmentChoice['levers']): void };

/** Salts, glucono-delta-lactone or kept sour whey; the sour ones with the pH they give. */
function Coagulant({ choice, onLevers }: LeversChange): JSX.Element {
  const { 'coagulant-ph': gdl, 'acid-whey': whey, ...others } = choice.levers;
  const chosen = gdl !== undefined ? 'gdl' : whey !== undefined ? 'whey' : 'salts';
  const id = chosen === 'whey' ? 'acid-whey' : 'coagulant-ph';
  const slide = doseSlides[id]!;
  const value = choice.levers[id] ?? 6;
  const choose = (next: 'salts' | 'gdl' | 'whey'): void => {
    const lever = next === 'gdl' ? 'coagulant-ph' : 'acid-whey';
    onLevers(next === 'salts' ? others : { ...others, [lever]: doseSlides[lever]!.usual });
  };
  return (
    <>
      <Choice label={t('compare.coagulant')}>
        <Segmented
          label={t('compare.coagulant')}
          value={chosen}
          options={(['salts', 'gdl', 'whey'] as const).map(one => ({
            value: one,
            label: t(`compare.coagulant.${one}`),
          }))}
          onChange={choose}
        />
      </Choice>
      {chosen !== 'salts' && (
        <LeverSlider
          label={t('compare.ph')}
          slide={slide}
          value={value}
          text={doseText(id, value, format.value)}
          ends={[format.value.number(slide.min), format.value.number(slide.max)]}
          onChange={dose => onLevers({ ...choice.levers, [id]: dose })}
        />
      )}
    </>
  );
}

function TurmericSlider({ choice, onLevers }: LeversChange): JSX.Element {
  const { turmeric, ...others } = choice.levers;
  const value = turmeric ?? 0;
  return (
    <LeverSlider
      label={t('compare.turmeric')}
      slide={doseSlides.turmeric!}
      value={value}
      text={doseText('turmeric', value, format.value)}
      unit="%"
      ends={['0', t('compare.turmericUnit')]}
      onChange={dose => onLevers(dose === 0 ? others : { ...others, turmeric: dose })}
    />
  );
}
