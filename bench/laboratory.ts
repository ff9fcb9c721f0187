import { lifeRatio, TreatmentLives, type TreatmentSetting } from '../models/laboratory/compareTreatments.ts';
import {
  changed,
  classOf,
  leversOf,
  plainChoice,
  type TreatmentChoice,
  treatmentChanges,
} from '../models/laboratory/treatmentChanges.ts';
import { tahuParametersFor } from '../models/parameters/tahu.ts';
import type { MeasuredRow } from './run.ts';
import { spreadOf } from './store/spread.ts';

const rounds = 60;
const curveTemperatures = 40;
const law = { law: 'codex' } as const;

/** What a slider of the comparison costs: everything that is shown, worked out anew. */
export default function benchLaboratory(): MeasuredRow[] {
  const first = [millisecondsOf(() => compared(4))];
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) times.push(millisecondsOf(() => compared(4 + round / 4)));
  return [
    row('2,000 draws of 12 treatments and 40 temperatures, first time', first),
    row('2,000 draws of 12 treatments and 40 temperatures, slider', times),
  ];
}

const row = (job: string, values: readonly number[]): MeasuredRow => ({
  ...{ job, unit: 'ms', better: 'less', ours: spreadOf(values), others: {} },
});

function compared(temperatureC: number): number {
  const plain = plainChoice('turmeric-boiled');
  const base = livesOf(plain);
  const rows = treatmentChanges.map(change => livesOf(changed(plain, change)!));
  const whatIf = livesOf({
    ...plain,
    packaging: 'vacuum',
    levers: { turmeric: temperatureC / 20, 'coagulant-ph': 5.6 },
  });
  let sum = lifeRatio(base, whatIf, temperatureC).atLeast;
  for (const lives of [base, whatIf, ...rows]) sum += lives.rangeAt(temperatureC).p05H;
  for (let i = 0; i < curveTemperatures; i++)
    for (const lives of [base, whatIf]) sum += lives.rangeAt(2 + (i * 33) / (curveTemperatures - 1)).medianH;
  return sum;
}

function livesOf(choice: TreatmentChoice): TreatmentLives {
  const setting: TreatmentSetting = {
    parameters: tahuParametersFor(classOf(choice)),
    levers: leversOf(choice),
  };
  return new TreatmentLives(setting, law);
}

function millisecondsOf(job: () => unknown): number {
  const before = process.cpuUsage();
  job();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}
