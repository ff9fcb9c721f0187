/** Something that can be sent: a batch, or what is left of it. `life` is in hours of the lower end (p05). */
export interface Crate {
  readonly crateId: string;
  /** Only crates of one kind stand in for each other: same product, same unit. */
  readonly kind: string;
  readonly amount: number;
  readonly lifeH: number;
  /** Tells two of the same lower end (such as 0) apart. */
  readonly medianH: number;
}

/** What a destination waits for of one kind. */
export interface Demand {
  readonly destinationId: string;
  readonly kind: string;
  readonly amount: number;
  /** Hours of life asked for on arrival. */
  readonly needH: number;
  /** Of two that ask for the same, the one that leaves first is served first. */
  readonly departsAt: number;
}

export interface Assignment {
  readonly crateId: string;
  readonly destinationId: string;
  readonly amount: number;
}

export interface FefoPlan {
  /** In the order of the crates, the shortest life first. */
  readonly assignments: readonly Assignment[];
  /** What nobody gets, the shortest life first. */
  readonly left: readonly { readonly crateId: string; readonly amount: number }[];
  /** What destinations lack. */
  readonly missing: readonly {
    readonly destinationId: string;
    readonly kind: string;
    readonly amount: number;
  }[];
}

/** Amounts are compared as people count: what is less than this is nothing. */
const crumb = 1e-9;

/**
 * First expired, first out, over crates and destinations that compete for them.
 *
 * The destination that asks for most life is served first (of equals the one that leaves first): what would do for it
 * is what few crates can do. It gets, of the crates that arrive with what it asks for, those that expire first, so that
 * what keeps longer stays for later. Where more life on arrival at one destination means more at every other, no other
 * way serves more of the demand.
 *
 * @param suffices  whether a crate reaches a destination with the life asked for
 */
export function assignFefo(
  crates: readonly Crate[],
  demands: readonly Demand[],
  suffices: (crate: Crate, demand: Demand) => boolean,
): FefoPlan {
  const inOrder = byExpiry(crates);
  const left = new Map(inOrder.map(crate => [crate.crateId, crate.amount]));
  const assignments: Assignment[] = [];
  const missing: { destinationId: string; kind: string; amount: number }[] = [];
  for (const demand of byDemand(demands)) {
    let open = demand.amount;
    for (const crate of inOrder) {
      if (open <= crumb) break;
      const there = left.get(crate.crateId)!;
      if (crate.kind !== demand.kind || there <= crumb || !suffices(crate, demand)) continue;
      const amount = Math.min(there, open);
      assignments.push({ crateId: crate.crateId, destinationId: demand.destinationId, amount });
      left.set(crate.crateId, there - amount);
      open -= amount;
    }
    if (open > crumb) missing.push({ destinationId: demand.destinationId, kind: demand.kind, amount: open });
  }
  const rank = new Map(inOrder.map((crate, i) => [crate.crateId, i]));
  return {
    assignments: assignments.toSorted((a, b) => rank.get(a.crateId)! - rank.get(b.crateId)!),
    left: inOrder.flatMap(({ crateId }) => {
      const amount = left.get(crateId)!;
      return amount > crumb ? [{ crateId, amount }] : [];
    }),
    missing,
  };
}

/** The shortest life first; of equals by median, then by id, so that the order is always the same. */
export function byExpiry<T extends Pick<Crate, 'crateId' | 'lifeH' | 'medianH'>>(crates: readonly T[]): T[] {
  return crates.toSorted(
    (a, b) => a.lifeH - b.lifeH || a.medianH - b.medianH || compare(a.crateId, b.crateId),
  );
}

function byDemand(demands: readonly Demand[]): Demand[] {
  return demands.toSorted(
    (a, b) => b.needH - a.needH || a.departsAt - b.departsAt || compare(a.destinationId, b.destinationId),
  );
}

const compare = (a: string, b: string): number => (a < b ? -1 : Number(a > b));
