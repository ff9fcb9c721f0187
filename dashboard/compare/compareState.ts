import type { PlanAim } from '../../models/laboratory/planExperiments.ts';
import type {
  BaseTahu,
  Heating,
  Packaging,
  TreatmentChoice,
} from '../../models/laboratory/treatmentChanges.ts';
import { plainChoice } from '../../models/laboratory/treatmentChanges.ts';
import type { EnteredLimit, FoodLaw } from '../../models/preservation/legalGate.ts';
import { levers, neverOffered } from '../../models/preservation/levers.ts';

/** Everything the comparison shows; the whole of it stands in the address. */
export interface CompareState {
  /** "<id>@<version>" of a parameter set; null: those that come with the program. */
  readonly set: string | null;
  readonly temperatureC: number;
  readonly law: FoodLaw;
  readonly baseline: TreatmentChoice;
  readonly whatIf: TreatmentChoice;
  readonly entered: readonly EnteredLimit[];
  /** Rupiah per pack; null: not given. */
  readonly costs: { readonly baseline: number | null; readonly whatIf: number | null };
  /** The next experiments, where they are asked for. */
  readonly plan: PlanState | null;
}

export interface PlanState {
  readonly plates: number;
  readonly lots: number;
  readonly incubators: number;
  readonly aim: PlanAim;
}

export interface Slide {
  readonly min: number;
  readonly max: number;
  readonly step: number;
  /** Where it starts when the lever is chosen. */
  readonly usual: number;
}

export const temperatureSlide: Slide = { min: 2, max: 35, step: 0.5, usual: 8 };
export const startSlide: Slide = { min: 1, max: 6.5, step: 0.1, usual: 5 };
export const planSlides = {
  plates: { min: 12, max: 240, step: 4, usual: 64 },
  lots: { min: 1, max: 8, step: 1, usual: 2 },
  incubators: { min: 2, max: 6, step: 1, usual: 4 },
} as const satisfies Record<string, Slide>;
export const usualPlan: PlanState = { plates: 64, lots: 2, incubators: 4, aim: 'life' };

const ph: Slide = { min: 4.8, max: 6, step: 0.1, usual: 5.7 };
const acid: Slide = { min: 0, max: 5, step: 0.1, usual: 1 };
/** Doses a person may try, in the unit of the lever; a lever that is not here has none. */
export const doseSlides: Readonly<Record<string, Slide>> = {
  'coagulant-ph': ph,
  'acid-whey': { ...ph, usual: 5.3 },
  turmeric: { min: 0, max: 2, step: 0.1, usual: 1 },
  salt: { min: 0, max: 6, step: 0.5, usual: 2 },
  'benzoic-acid': acid,
  'sorbic-acid': acid,
  'lactic-acid': acid,
  'acetic-acid': acid,
  'terminalia-extract': { min: 0, max: 0.1, step: 0.01, usual: 0.05 },
};

/** Chosen by the packaging and the heating, not one by one. */
const ofThePack: readonly string[] = ['vacuum', 'carbon-dioxide', 'heat-in-pack-p90'];
/** What may be added beside coagulant and turmeric, which have places of their own. */
export const otherLevers: readonly string[] = levers
  .map(lever => lever.id)
  .filter(id => ![...ofThePack, 'coagulant-ph', 'acid-whey', 'turmeric'].includes(id));

const known = new Set(levers.map(lever => lever.id).filter(id => !ofThePack.includes(id)));

export function firstState(law: FoodLaw): CompareState {
  const baseline = plainChoice('turmeric-boiled');
  return {
    ...{ set: null, temperatureC: temperatureSlide.usual, law, baseline },
    whatIf: { ...baseline, heating: 'p90' },
    ...{ entered: [], costs: { baseline: null, whatIf: null }, plan: null },
  };
}

export const within = (value: number, { min, max, step }: Slide): number =>
  Number(Math.min(max, Math.max(min, Math.round(value / step) * step)).toFixed(3));

const bases: readonly BaseTahu[] = ['turmeric-boiled', 'water-immersed', 'none'];
const heatings: readonly Heating[] = ['none', 'in-pack', 'p90'];
const packagings: readonly Packaging[] = ['open', 'vacuum', 'carbon-dioxide'];

/** "turmeric-boiled,p90,vacuum,start:3.4,turmeric:0.5" */
export function writeChoice({
  base,
  heating,
  packaging,
  levers: doses,
  initialLog10Cfu,
}: TreatmentChoice): string {
  return [
    base,
    ...(heating === 'none' ? [] : [heating]),
    ...(packaging === 'open' ? [] : [packaging]),
    ...(initialLog10Cfu === null ? [] : [`start:${initialLog10Cfu}`]),
    ...Object.entries(doses).map(([id, dose]) => (dose === null ? id : `${id}:${dose}`)),
  ].join(',');
}

/** What an address says of a treatment; what it does not know or may not offer is left out. */
export function readChoice(text: string, otherwise: TreatmentChoice): TreatmentChoice {
  const [first = '', ...rest] = text.split(',');
  const base = bases.find(one => one === first);
  if (base === undefined) return otherwise;
  let choice = plainChoice(base);
  for (const part of rest) {
    const [name = '', typed] = part.split(':');
    const heating = heatings.find(one => one === name);
    const packaging = packagings.find(one => one === name);
    if (heating !== undefined) choice = { ...choice, heating };
    else if (packaging !== undefined) choice = { ...choice, packaging };
    else choice = withPart(choice, name, typed);
  }
  return choice;
}

function withPart(choice: TreatmentChoice, name: string, typed: string | undefined): TreatmentChoice {
  const value = Number(typed);
  if (name === 'start')
    return typed !== undefined && Number.isFinite(value)
      ? { ...choice, initialLog10Cfu: within(value, startSlide) }
      : choice;
  if (!known.has(name) || neverOffered.includes(name)) return choice;
  const slide = doseSlides[name];
  const dose = slide === undefined ? null : within(Number.isFinite(value) ? value : slide.usual, slide);
  return { ...choice, levers: { ...choice.levers, [name]: dose } };
}

/** The query of an address, without its "?". */
export function writeState(state: CompareState): string {
  const { set, temperatureC, law, baseline, whatIf, entered, costs, plan } = state;
  const parts: [string, string][] = [
    ...(set === null ? [] : ([['set', set]] as [string, string][])),
    ['suhu', String(temperatureC)],
    ['andai', writeChoice(whatIf)],
    ['acuan', writeChoice(baseline)],
    ['hukum', law],
    ...entered.map((limit): [string, string] => [
      'batas',
      `${limit.leverId},${limit.law},${limit.maxDose},${limit.source}`,
    ]),
    ...(costs.baseline === null && costs.whatIf === null
      ? []
      : ([['biaya', `${costs.baseline ?? ''},${costs.whatIf ?? ''}`]] as [string, string][])),
    ...(plan === null
      ? []
      : ([['rencana', `${plan.plates},${plan.lots},${plan.incubators},${plan.aim}`]] as [string, string][])),
  ];
  // Commas and colons may stand in a query as they are, and an address people read stays readable.
  return parts
    .map(
      ([name, value]) => `${name}=${encodeURIComponent(value).replaceAll('%2C', ',').replaceAll('%3A', ':')}`,
    )
    .join('&');
}

/** @param query  with or without its "?" */
export function readState(query: string, otherwise: CompareState): CompareState {
  const given = new URLSearchParams(query);
  const typed = Number(given.get('suhu') ?? Number.NaN);
  const law = given.get('hukum');
  const baseline = readChoice(given.get('acuan') ?? '', otherwise.baseline);
  const whatIf = given.has('andai') ? readChoice(given.get('andai') ?? '', baseline) : otherwise.whatIf;
  return {
    set: given.get('set') ?? otherwise.set,
    temperatureC: Number.isFinite(typed) ? within(typed, temperatureSlide) : otherwise.temperatureC,
    law: law === 'codex' || law === 'indonesia' ? law : otherwise.law,
    baseline,
    whatIf,
    entered: given.getAll('batas').flatMap(readLimit),
    costs: readCosts(given.get('biaya')),
    plan: readPlan(given.get('rencana')),
  };
}

function readLimit(text: string): EnteredLimit[] {
  const [leverId = '', law = '', dose = '', ...source] = text.split(',');
  const maxDose = Number(dose);
  const isLever = levers.some(lever => lever.id === leverId);
  if (!isLever || !(maxDose > 0) || (law !== 'codex' && law !== 'indonesia')) return [];
  const said = source.join(',').trim();
  return said === '' ? [] : [{ leverId, law, maxDose, source: said.slice(0, 300) }];
}

function readCosts(text: string | null): CompareState['costs'] {
  const [baseline, whatIf] = (text ?? '').split(',').map(part => {
    const value = Number(part);
    return part !== '' && Number.isFinite(value) && value >= 0 ? value : null;
  });
  return { baseline: baseline ?? null, whatIf: whatIf ?? null };
}

function readPlan(text: string | null): PlanState | null {
  if (text === null) return null;
  const [plates, lots, incubators, aim] = text.split(',');
  const number = (part: string | undefined, name: keyof typeof planSlides): number => {
    const value = Number(part);
    const slide = planSlides[name];
    return within(part !== undefined && part !== '' && Number.isFinite(value) ? value : slide.usual, slide);
  };
  return {
    plates: number(plates, 'plates'),
    lots: number(lots, 'lots'),
    incubators: number(incubators, 'incubators'),
    aim: aim === 'rate' ? 'rate' : 'life',
  };
}
