import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assignFefo, byExpiry, type Crate, type Demand } from '../../../server/shipments/fefo.ts';

const crate = (crateId: string, lifeH: number, amount = 10, kind = 'takwa'): Crate => ({
  crateId,
  kind,
  amount,
  lifeH,
  medianH: 2 * lifeH,
});
const demand = (destinationId: string, needH: number, amount = 10, kind = 'takwa'): Demand => ({
  destinationId,
  kind,
  amount,
  needH,
  departsAt: 0,
});
/** Every journey takes two hours of life. */
const suffices = ({ lifeH }: Crate, { needH }: Demand) => lifeH - 2 >= needH;

const kinds = fc.constantFrom('takwa', 'putih');
const crates = fc.uniqueArray(
  fc.record({
    crateId: fc.stringMatching(/^[a-z]{1,4}$/),
    kind: kinds,
    amount: fc.integer({ min: 1, max: 50 }),
    lifeH: fc.integer({ min: 0, max: 100 }),
    medianH: fc.integer({ min: 100, max: 200 }),
  }),
  { selector: c => c.crateId, maxLength: 12 },
);
const demands = fc.uniqueArray(
  fc.record({
    destinationId: fc.stringMatching(/^[A-Z]{1,3}$/),
    kind: kinds,
    amount: fc.integer({ min: 1, max: 80 }),
    needH: fc.integer({ min: 0, max: 90 }),
    departsAt: fc.integer({ min: 0, max: 5 }),
  }),
  { selector: d => `${d.destinationId}/${d.kind}`, maxLength: 6 },
);
const sum = (items: readonly { readonly amount: number }[]) => items.reduce((s, { amount }) => s + amount, 0);

describe('assignFefo', () => {
  it('sends the crate that expires first and still suffices, and leaves one that does not for the market', () => {
    const plan = assignFefo(
      [crate('A', 60), crate('B', 12), crate('C', 90)],
      [demand('Surabaya', 48)],
      suffices,
    );
    expect(plan.assignments).toEqual([{ crateId: 'A', destinationId: 'Surabaya', amount: 10 }]);
    expect(plan.left.map(l => l.crateId)).toEqual(['B', 'C']);
    expect(plan.missing).toEqual([]);
  });

  it('gives the destination that asks for most the few crates that can do it', () => {
    const plan = assignFefo(
      [crate('short', 30), crate('long', 80)],
      [demand('Kediri', 8), demand('Surabaya', 48)],
      suffices,
    );
    expect(plan.assignments).toEqual([
      { crateId: 'short', destinationId: 'Kediri', amount: 10 },
      { crateId: 'long', destinationId: 'Surabaya', amount: 10 },
    ]);
  });

  it('lets the destination lack something that asks for least, when there is not enough for all', () => {
    const plan = assignFefo(
      [crate('short', 30), crate('long', 80)],
      [demand('Kediri', 8, 20), demand('Surabaya', 48)],
      suffices,
    );
    expect(plan.missing).toEqual([{ destinationId: 'Kediri', kind: 'takwa', amount: 10 }]);
  });

  it('says what a destination lacks', () => {
    const plan = assignFefo([crate('A', 60, 4)], [demand('Surabaya', 48, 10)], suffices);
    expect(plan.missing).toEqual([{ destinationId: 'Surabaya', kind: 'takwa', amount: 6 }]);
  });

  it('sends no crate of another product', () => {
    const plan = assignFefo([crate('A', 60, 10, 'putih')], [demand('Surabaya', 8)], suffices);
    expect(plan.assignments).toEqual([]);
  });

  it('promises no crate twice, and loses none', () => {
    fc.assert(
      fc.property(crates, demands, (all, asked) => {
        const plan = assignFefo(all, asked, suffices);
        for (const { crateId, amount } of all) {
          const promised = sum(plan.assignments.filter(a => a.crateId === crateId));
          const kept = sum(plan.left.filter(l => l.crateId === crateId));
          expect(promised + kept).toBeCloseTo(amount, 9);
        }
      }),
    );
  });

  it('sends nothing that arrives short, and no more than is asked for', () => {
    fc.assert(
      fc.property(crates, demands, (all, asked) => {
        const plan = assignFefo(all, asked, suffices);
        const byId = new Map(all.map(c => [c.crateId, c]));
        for (const a of plan.assignments) {
          const sent = byId.get(a.crateId)!;
          const to = asked.find(d => d.destinationId === a.destinationId && d.kind === sent.kind)!;
          expect(suffices(sent, to)).toBe(true);
        }
        for (const d of asked) {
          const got = sum(
            plan.assignments.filter(
              a => a.destinationId === d.destinationId && byId.get(a.crateId)!.kind === d.kind,
            ),
          );
          const lacks = sum(
            plan.missing.filter(m => m.destinationId === d.destinationId && m.kind === d.kind),
          );
          expect(got + lacks).toBeCloseTo(d.amount, 9);
        }
      }),
    );
  });

  it('leaves no crate at home that a destination still lacks', () => {
    fc.assert(
      fc.property(crates, demands, (all, asked) => {
        const plan = assignFefo(all, asked, suffices);
        const leftIds = new Set(plan.left.map(l => l.crateId));
        for (const m of plan.missing) {
          const d = asked.find(x => x.destinationId === m.destinationId && x.kind === m.kind)!;
          expect(all.some(c => leftIds.has(c.crateId) && c.kind === d.kind && suffices(c, d))).toBe(false);
        }
      }),
    );
  });

  it('serves, where one need is harder than the other for every crate, as much as any other way could', () => {
    fc.assert(
      fc.property(crates, demands, (all, asked) => {
        const takwa = all.filter(c => c.kind === 'takwa');
        const open = asked.filter(d => d.kind === 'takwa');
        const served = sum(assignFefo(takwa, open, suffices).assignments);
        // Nested demands: the most that can be served is bounded by every level of need at once.
        const levels = [...new Set(open.map(d => d.needH))];
        const most = Math.min(
          sum(open),
          ...levels.map(level => {
            const harder = open.filter(d => d.needH >= level);
            const able = takwa.filter(c => c.lifeH - 2 >= level);
            return sum(open) - sum(harder) + Math.min(sum(harder), sum(able));
          }),
        );
        expect(served).toBeLessThanOrEqual(most + 1e-9);
        expect(served).toBeCloseTo(most, 6);
      }),
    );
  });

  it('lists by the life that is left, whatever the order of the question', () => {
    fc.assert(
      fc.property(crates, demands, (all, asked) => {
        const plan = assignFefo(all, asked, suffices);
        const rank = new Map(byExpiry(all).map((c, i) => [c.crateId, i]));
        const order = plan.assignments.map(a => rank.get(a.crateId)!);
        expect(order).toEqual(order.toSorted((a, b) => a - b));
        expect(assignFefo(all.toReversed(), asked.toReversed(), suffices)).toEqual(plan);
      }),
    );
  });

  it('never finds worse use for a crate because it keeps longer', () => {
    fc.assert(
      fc.property(crates, demands, fc.nat(), fc.integer({ min: 1, max: 60 }), (all, asked, pick, more) => {
        if (all.length === 0) return;
        const chosen = all[pick % all.length]!;
        const better = { ...chosen, lifeH: chosen.lifeH + more };
        const withBetter = all.map(c => (c === chosen ? better : c));
        const couldServe = (c: Crate) => asked.filter(d => d.kind === c.kind && suffices(c, d)).length;
        expect(couldServe(better)).toBeGreaterThanOrEqual(couldServe(chosen));
        const served = (of: readonly Crate[]) => sum(assignFefo(of, asked, suffices).assignments);
        expect(served(withBetter)).toBeGreaterThanOrEqual(served(all) - 1e-9);
      }),
    );
  });
});
