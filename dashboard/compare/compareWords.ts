import type { LifeRange } from '../../models/laboratory/compareTreatments.ts';
import {
  packGasPct,
  type TreatmentChange,
  type TreatmentChoice,
} from '../../models/laboratory/treatmentChanges.ts';
import { leverOf } from '../../models/preservation/levers.ts';
import type { Format } from '../format.ts';
import type { MessageId, Translate } from '../i18n/catalogues.ts';
import type { Blocked } from './comparison.ts';

/** Unit in which lives beside each other are printed. */
export type LifeUnit = 'hours' | 'days';

/** Figures that are compared share a unit: hours where the shortest is under a day, and days say nothing. */
export const unitFor = (shortestH: number): LifeUnit => (shortestH < 24 ? 'hours' : 'days');

/** A life without its unit, rounded down as everywhere: whole hours; half days under a week, then whole days. */
export function printedIn(unit: LifeUnit, hours: number, { language, number }: Format): string {
  if (unit === 'hours') return hours > 0 && hours < 1 ? '<1' : String(Math.floor(hours));
  const days = hours / 24;
  const shown = days < 7 ? Math.floor(days * 2) / 2 : Math.floor(days);
  if (shown % 1 === 0) return String(shown);
  return language === 'id' ? `${Math.floor(shown) || ''}½` : number(shown);
}

export function printedRange(unit: LifeUnit, { p05H, p95H }: LifeRange, format: Format): string {
  const [low, high] = [printedIn(unit, p05H, format), printedIn(unit, p95H, format)];
  return low === high ? low : `${low}–${high}`;
}

/** "1,3×", rounded down: what is promised at least. */
export const timesText = (ratio: number, format: Format): string =>
  format.t('compare.times', { n: format.number(Math.floor(ratio * 10 + 1e-9) / 10) });

export const leverName = (id: string, t: Translate): string => t(`compare.lever.${id}` as MessageId);

/** One change as a row says it, with its dose. */
export function changeName(change: TreatmentChange, { t, number }: Format): string {
  const dose = Object.values(change.levers ?? {}).find(one => one !== null);
  const n = dose === undefined || dose === null ? '' : number(dose, dose % 1 === 0 ? 0 : 1);
  return t(`compare.change.${change.id}` as MessageId, { n, percent: packGasPct });
}

/** What a treatment is, in a line: "Takwa, terbuka, tanpa pemanasan". */
export function choiceText(choice: TreatmentChoice, format: Format): string {
  const { t, number } = format;
  const { base, heating, packaging, levers, initialLog10Cfu } = choice;
  return format.list([
    t(`compare.base.${base}`),
    packaging === 'open' ? t('compare.choice.open') : packagingName(packaging, t),
    heating === 'none'
      ? t('compare.choice.unheated')
      : `${t('compare.choice.heat')} (${t(`compare.heating.${heating}`)})`,
    ...Object.entries(levers).map(
      ([id, dose]) => `${leverName(id, t)}${dose === null ? '' : ` ${doseText(id, dose, format)}`}`,
    ),
    ...(initialLog10Cfu === null ? [] : [t('compare.choice.start', { n: number(initialLog10Cfu) })]),
  ]);
}

export const packagingName = (packaging: TreatmentChoice['packaging'], t: Translate): string =>
  t(`compare.packaging.${packaging}`, { percent: packGasPct });

/** "2%", "pH 5,7", "1 g/kg" */
export function doseText(leverId: string, dose: number, { t, number }: Format): string {
  const unit = leverOf(leverId).doseUnit ?? '';
  const n = number(dose, Math.abs(dose * 10 - Math.round(dose * 10)) < 1e-6 ? 1 : 2);
  if (unit.startsWith('pH')) return `${t('compare.unitOf.ph')} ${n}`;
  return unit.startsWith('%') ? `${n}%` : `${n} ${t('compare.unitOf.gkg')}`;
}

export function doseUnit(leverId: string, t: Translate): string {
  const unit = leverOf(leverId).doseUnit;
  if (unit === null) return t('compare.unitOf.none');
  if (unit.startsWith('pH')) return t('compare.unitOf.ph');
  return unit.startsWith('%') ? t('compare.unitOf.percent') : t('compare.unitOf.gkg');
}

/** Why there is no figure, a sentence for each reason. */
export function blockedTexts({ faults, tooManyGuesses }: Blocked, format: Format): string[] {
  const { t } = format;
  const texts = faults.map(({ leverId, kind, maxDose }) =>
    t(`compare.blocked.${kind}`, {
      name: leverName(leverId, t),
      max: maxDose === null ? '' : doseText(leverId, maxDose, format),
    }),
  );
  return tooManyGuesses ? [...texts, t('compare.blocked.guesses')] : texts;
}
