import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesText, type Figure, numberText } from '../../bench/capacity/figures.ts';
import { diskOfYear, type Fleet, loadOf, wireBytesOf, workOf } from '../../bench/capacity/load.ts';
import { type Costs, readCosts } from '../../bench/capacity/measuredCosts.ts';
import { busyShare, manyServersOf, mostNodesOnOneMachine, oneMachineOf } from '../../bench/capacity/plan.ts';
import { broker, influxSizes, postgres, prices } from '../../bench/capacity/published.ts';
import { withTables } from '../../bench/capacity/scalingDocument.ts';
import { tables, usualShape } from '../../bench/capacity/tables.ts';
import { documentPath, resultsFolder } from '../../bench/capacity/writeScaling.ts';
import { tempDir } from '../support/tempDir.ts';

const measured = readCosts(resultsFolder);
/** Round figures, to check by hand. */
const costs = Object.fromEntries(
  Object.keys(measured).map(name => [
    name,
    { value: 10, unit: 'µs', mark: 'measured', source: 'a test' } satisfies Figure,
  ]),
) as unknown as Costs;
const fleet: Fleet = { ...usualShape, nodes: 1_000, reportEveryMin: 1, batchesPerNode: 3, nodesPerFirm: 50 };

describe('docs/scaling.md', () => {
  it('says what the results of the benches give; after new ones, `npm run scaling`', () => {
    const document = readFileSync(documentPath, 'utf8');
    expect(document).toBe(withTables(document, measured));
  });

  it('is refused when a computed part is missing or unknown', () => {
    expect(() => withTables('', measured)).toThrow(/must have every computed part/);
    expect(() => withTables('<!-- computed: weather -->\n<!-- end -->', measured)).toThrow(/"weather"/);
  });

  it('takes what stands in it for nothing: worked out twice it is the same', () => {
    const bare = Object.keys(tables)
      .map(name => `<!-- computed: ${name} -->\nold\n<!-- end -->`)
      .join('\n');
    const once = withTables(bare, measured);
    expect(once).not.toMatch(/\bold\n|NaN|undefined|Infinity/);
    expect(withTables(once, measured)).toBe(once);
  });
});

describe('readCosts', () => {
  it('names the bench to run when a result is missing', () => {
    expect(() => readCosts(tempDir())).toThrow(/must be in store\.json as "append.*npm run bench -- store/);
  });

  it('says of each cost how it is known and from where', () => {
    const figures = [
      ...Object.values(measured),
      ...Object.values(broker),
      ...Object.values(postgres),
      ...Object.values(prices),
    ];
    for (const { value, mark, source } of figures) {
      expect(value).toBeGreaterThan(0);
      if (mark === 'measured') expect(source).toMatch(/^\w[\w-]*\.json, 2\d{3}-\d\d-\d\d$/);
      if (mark === 'published') expect(source).toMatch(/^https:\/\/\S+ \(.*\b20\d\d-\d\d/);
    }
    for (const { source } of influxSizes) expect(source).toMatch(/^https:\/\/\S+ \(read 20\d\d-\d\d\)$/);
  });
});

describe('loadOf', () => {
  it('is what the words say, by hand', () => {
    // 20 firms with one page each: everybody looks.
    const load = loadOf(fleet, costs);
    expect(load).toMatchObject({ batches: 3_000, firms: 20, dashboards: 20 });
    expect(load.readingsPerS).toBeCloseTo(1_000 / 60);
    expect(load.estimatesPerS).toBeCloseTo(3_000 / 60 + 3_000 / 60);
    expect(load.eventsPerS).toBeCloseTo((2 * 1_000) / 60 + 100);
  });

  it('works out no estimate and writes no event where nobody looks', () => {
    const load = loadOf({ ...fleet, dashboardsPer100Nodes: 0 }, costs);
    expect(load).toMatchObject({ estimatesPerS: 0, eventsPerS: 0, eventBytesPerS: 0 });
  });
});

describe('workOf', () => {
  it('is CPU seconds a second, by hand', () => {
    const load = loadOf(fleet, costs);
    const work = workOf(fleet, load, costs, 'embedded');
    expect(work.intake).toBeCloseTo((1_000 / 60) * 10e-6);
    expect(work.lives).toBeCloseTo(3 * (1_000 / 60) * 10e-6);
    // A look costs 10 µs and each of the ten rules as much.
    expect(work.alerts).toBeCloseTo(3 * (1_000 / 60) * (10 + 10 * 10) * 1e-6);
    expect(work.sweeps).toBeCloseTo((1_000 / 30) * 10e-6);
  });
});

describe('diskOfYear', () => {
  it('is readings times bytes, and less with a bound on how long they are kept', () => {
    const disk = diskOfYear(loadOf(fleet, measured), fleet, measured);
    expect(disk.readings).toBeCloseTo(1_000 * 525_600);
    expect(disk.embedded).toBeCloseTo(disk.readings * measured.embeddedBytes.value);
    expect(disk.embeddedShort).toBeLessThan(disk.embedded);
  });
});

describe('wireBytesOf', () => {
  it('counts a publish, its acknowledgement and the headers of three packets', () => {
    expect(wireBytesOf(117, 30)).toBe(3 + 2 + 30 + 2 + 117 + 4 + 3 * 52);
  });
});

const shapes = fc.record({
  reportEveryMin: fc.constantFrom(1, 5, 10),
  batchesPerNode: fc.integer({ min: 1, max: 10 }),
  dashboardsPer100Nodes: fc.integer({ min: 0, max: 20 }),
  nodesPerFirm: fc.integer({ min: 1, max: 200 }),
  rulesPerFirm: fc.integer({ min: 0, max: 500 }),
});

describe('mostNodesOnOneMachine', () => {
  it('is the last number of nodes at which nothing is full', () => {
    fc.assert(
      fc.property(shapes, shape => {
        const { nodes, cap } = mostNodesOnOneMachine(shape, measured);
        expect(oneMachineOf({ ...shape, nodes }, measured).caps[0]!.share).toBeLessThanOrEqual(1);
        expect(cap.share).toBeGreaterThan(1);
      }),
    );
  });
});

describe('manyServersOf', () => {
  it('plans nothing beyond its bounds, and more for more nodes', () => {
    fc.assert(
      fc.property(shapes, fc.integer({ min: 1_000, max: 1_000_000 }), (shape, nodes) => {
        const plan = manyServersOf({ ...shape, nodes }, measured);
        expect(plan.busy).toBeLessThanOrEqual(busyShare);
        expect(plan.serversEach).toBeGreaterThanOrEqual(2);
        for (const { share } of plan.caps) expect(share).toBeLessThanOrEqual(1);
        const more = manyServersOf({ ...shape, nodes: nodes * 4 }, measured);
        expect(more.fleets * more.serversEach).toBeGreaterThanOrEqual(plan.fleets * plan.serversEach);
      }),
      { numRuns: 30 },
    );
  });
});

describe('figures', () => {
  it('are written to two figures, bytes in steps of a thousand', () => {
    expect([0, 0.0234, 4.83, 16.6, 762, 12_345].map(numberText)).toEqual([
      ...['0', '0.023', '4.8', '17', '762', '12,000'],
    ]);
    expect([186, 999.6, 2_380, 1.65e9].map(bytesText)).toEqual(['186 B', '1 kB', '2.4 kB', '1.6 GB']);
  });
});
