import { readFileSync } from 'node:fs';
import { defineScenario, type Scenario } from '../scenario.ts';
import { startOfWibDay, wibDay } from '../wib.ts';
import type { Place } from './sensorKinds.ts';

export type MeasuredFridgeId = 'A1' | 'A2';

const minuteMs = 60_000;
const dayMs = 1440 * minuteMs;

/**
 * A household refrigerator as it was measured (series/README.md), every value at its own time of day, for ever. The
 * series spans 24 h and both its ends; the closing value falls on the first of the next day and gives way to it.
 */
export function measuredFridge(place: Place, fridge: MeasuredFridgeId): Scenario {
  return defineScenario({
    ...place,
    sampleEveryS: 600,
    reportEveryS: 600,
    source: {
      kind: 'replay',
      series: readSeries(fridge).filter(point => point.offsetMs < dayMs),
      periodMs: dayMs,
      anchorAt: startOfWibDay(wibDay(place.startAt)),
    },
  });
}

/** All values of the series, 0 to 24 h. */
export function readSeries(fridge: MeasuredFridgeId): { offsetMs: number; temperatureC: number }[] {
  const file = new URL('../series/refrigeratorsSpain.csv', import.meta.url);
  const [head, ...rows] = readFileSync(file, 'utf8').trim().split('\n');
  const column = head!.split(',').indexOf(fridge);
  return rows.map(row => {
    const cells = row.split(',');
    return { offsetMs: Number(cells[0]) * minuteMs, temperatureC: Number(cells[column]) };
  });
}
