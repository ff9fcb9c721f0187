import type { Treatment } from '../contracts/batch.ts';
import type { ChosenLever } from '../preservation/combineLevers.ts';

/**
 * How the pack is heated after it is closed.
 *   in-pack  some heat that nobody has proved; a rule caps the life
 *   p90      90 C for 10 min or its equivalent at the centre
 */
export type Heating = 'none' | 'in-pack' | 'p90';
export type Packaging = 'open' | 'vacuum' | 'carbon-dioxide';
/** Tahu as it leaves the kitchen, before it is packed. */
export type BaseTahu = 'turmeric-boiled' | 'water-immersed' | 'none';

/** A way of making and keeping tahu in the words of a kitchen. */
export interface TreatmentChoice {
  readonly base: BaseTahu;
  readonly heating: Heating;
  readonly packaging: Packaging;
  /** Doses by lever; null: a lever without a dose. Those of the packaging are not among them. */
  readonly levers: Readonly<Record<string, number | null>>;
  /** Mean count when it is put away, log10 CFU/g; null: that of the class. */
  readonly initialLog10Cfu: number | null;
}

/** Share of carbon dioxide in the gas of a pack, per cent. */
export const packGasPct = 60;

export const plainChoice = (base: BaseTahu): TreatmentChoice => ({
  base,
  heating: 'none',
  packaging: 'open',
  levers: {},
  initialLog10Cfu: null,
});

/** The class whose start, lag, pathogens and caps a batch of this kind is promised by. */
export function classOf({ base, heating, packaging }: TreatmentChoice): Treatment {
  if (heating === 'p90') return 'packed-heated-p90';
  if (heating === 'in-pack') return 'packed-heated';
  return packaging === 'open' ? base : 'vacuum';
}

/** What is done beside the class. Heat is in the numbers of the heated classes already, and is not counted twice. */
export function leversOf({ packaging, levers }: TreatmentChoice): ChosenLever[] {
  const packed: ChosenLever[] =
    packaging === 'vacuum'
      ? [{ leverId: 'vacuum' }]
      : packaging === 'carbon-dioxide'
        ? [{ leverId: 'carbon-dioxide', dose: packGasPct }]
        : [];
  const others = Object.entries(levers).map(([leverId, dose]) =>
    dose === null ? { leverId } : { leverId, dose },
  );
  return [...packed, ...others];
}

/** One thing done otherwise. */
export interface TreatmentChange {
  readonly id: string;
  readonly heating?: Heating;
  readonly packaging?: Packaging;
  readonly levers?: Readonly<Record<string, number | null>>;
}

/** What is compared one by one: what a kitchen can do, with a dose that was tried or is usual. */
export const treatmentChanges: readonly TreatmentChange[] = [
  { id: 'heat-p90', heating: 'p90' },
  { id: 'heat-in-pack', heating: 'in-pack' },
  { id: 'vacuum', packaging: 'vacuum' },
  { id: 'carbon-dioxide', packaging: 'carbon-dioxide' },
  { id: 'coagulant-gdl', levers: { 'coagulant-ph': 5.7 } },
  { id: 'coagulant-whey', levers: { 'acid-whey': 5.3 } },
  { id: 'turmeric', levers: { turmeric: 1 } },
  { id: 'spice-soak', levers: { 'spice-soak-all-three': null } },
  { id: 'salt', levers: { salt: 2 } },
  { id: 'water-changed', levers: { 'water-changed': null } },
  { id: 'calcium-oxide', levers: { 'calcium-oxide': null } },
  { id: 'high-pressure', levers: { 'high-pressure': null } },
];

/** A choice with one thing done otherwise; null when it is done already. */
export function changed(choice: TreatmentChoice, change: TreatmentChange): TreatmentChoice | null {
  const next: TreatmentChoice = {
    ...choice,
    heating: change.heating ?? choice.heating,
    packaging: change.packaging ?? choice.packaging,
    levers: { ...choice.levers, ...change.levers },
  };
  const isSame =
    next.heating === choice.heating &&
    next.packaging === choice.packaging &&
    Object.entries(next.levers).every(
      ([id, dose]) => Object.hasOwn(choice.levers, id) && choice.levers[id] === dose,
    );
  return isSame ? null : next;
}
