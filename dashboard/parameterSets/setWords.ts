import type { Treatment } from '../../models/contracts/batch.ts';
import type { ParameterSetEffect } from '../../models/contracts/parameterSetEvidence.ts';
import type { ParameterSetView } from '../../models/contracts/parameterSets.ts';
import type { Format } from '../format.ts';
import type { Translate } from '../i18n/catalogues.ts';

/** Below this nobody would act otherwise. */
const hardlyH = 0.5;

interface Named {
  readonly parameterSetId: string;
  readonly version: number;
  readonly title: string;
}

/** "Takwa Kediri v4"; a built-in set by what it is for. */
export function setName({ parameterSetId, version, title }: Named, t: Translate): string {
  return t('sets.named', { title: title === '' ? builtInTitle(parameterSetId, t) : title, version });
}

function builtInTitle(parameterSetId: string, t: Translate): string {
  if (parameterSetId === 'tahu-fresh' || parameterSetId === 'tahu-packed-heated')
    return t(`sets.builtIn.${parameterSetId}`);
  return parameterSetId;
}

export const treatmentNames = (treatments: readonly Treatment[], t: Translate): string =>
  treatments.map(treatment => t(`sets.treatment.${treatment}`)).join(' · ');

/** A change of some hours, with its sign: "+3 jam", "−0,5 jam". */
export function changeText(hours: number, format: Format, t: Translate): string {
  const size = Math.abs(hours);
  const n = format.number(size, size < 10 ? 1 : 0);
  return t(hours < 0 ? 'sets.change.minus' : 'sets.change.plus', { n });
}

/** What using a set would do to the batches that are there, in sentences. */
export function effectSentences(
  effect: ParameterSetEffect,
  about: { readonly firm: string; readonly testedRangeC: ParameterSetView['testedRangeC'] },
  format: Format,
  t: Translate,
): string[] {
  const { liveBatches: n, changeH, worked, batches, outsideTestedRange } = effect;
  const { firm } = about;
  if (n === 0 || changeH === null) return [t('sets.effect.none', { firm })];
  const change = changeText(changeH.median, format, t);
  const kind = Math.abs(changeH.median) < hardlyH ? 'same' : changeH.median < 0 ? 'shorter' : 'longer';
  const said = [t(`sets.effect.${kind}`, { n, firm, change })];
  const [most] = batches;
  if (most !== undefined && Math.abs(most.afterP05H - most.beforeP05H) >= hardlyH)
    said.push(
      t('sets.effect.most', {
        batch: most.name,
        before: format.remainingText(most.beforeP05H),
        after: format.remainingText(most.afterP05H),
      }),
    );
  if (worked < n) said.push(t('sets.effect.sample', { worked }));
  if (outsideTestedRange > 0)
    said.push(
      t('sets.effect.outside', { n: outsideTestedRange, ...rangeValues(about.testedRangeC, format) }),
    );
  return said;
}

export const rangeValues = (
  { min, max }: ParameterSetView['testedRangeC'],
  format: Format,
): { min: string; max: string } => ({
  min: format.number(min, min % 1 === 0 ? 0 : 1),
  max: format.plainTemperature(max),
});

/** The set that `/parameter/<id>` names; null for no such address. */
export function refOfId(id: string): { parameterSetId: string; version: number } | null {
  const [, parameterSetId, version] = /^(.+)~(\d{1,6})$/.exec(id) ?? [];
  return parameterSetId === undefined ? null : { parameterSetId, version: Number(version) };
}

export const idOfRef = ({ parameterSetId, version }: { parameterSetId: string; version: number }): string =>
  `${parameterSetId}~${version}`;

/** A number of a set as people read it: three figures, without zeros behind them. */
export function numberText(value: number | null, format: Format): string {
  if (value === null) return '–';
  const rounded = Number(value.toPrecision(3));
  const [, decimals = ''] = rounded.toFixed(8).replace(/0+$/, '').split('.');
  return format.number(rounded, decimals.length);
}

const printedUnits: Readonly<Record<string, string>> = {
  'log10 CFU/g': 'log₁₀ CFU/g',
  'h^-0.5 K^-1': 'h⁻½ K⁻¹',
  '1/K': 'K⁻¹',
  C: '°C',
  '1': '',
};

/** A unit as it is printed. */
export const unitText = (unit: string): string => printedUnits[unit] ?? unit;
