import type { Costs } from './measuredCosts.ts';

/** Who reports, and who looks. */
export interface Fleet {
  readonly nodes: number;
  readonly reportEveryMin: number;
  /** Live batches that a node speaks for. */
  readonly batchesPerNode: number;
  /** Pages open at the same time. */
  readonly dashboardsPer100Nodes: number;
  readonly nodesPerFirm: number;
  /** Written by the firm; the presets need none. */
  readonly rulesPerFirm: number;
}

/** How much of everything a fleet brings a second. */
export interface Load {
  readonly readingsPerS: number;
  readonly batches: number;
  readonly firms: number;
  readonly dashboards: number;
  /** Batches of firms where somebody looks. */
  readonly watchedBatches: number;
  /** Estimates wanted for firms where somebody looks. */
  readonly estimatesPerS: number;
  /** Events written to dashboards. */
  readonly eventsPerS: number;
  readonly eventBytesPerS: number;
}

const dayS = 86_400;

/** One where somebody looks gets an estimate a minute because time passes, and one after each reading. */
export function loadOf(fleet: Fleet, costs: Costs): Load {
  const { nodes, reportEveryMin, batchesPerNode, dashboardsPer100Nodes, nodesPerFirm } = fleet;
  const readingsPerS = nodes / (reportEveryMin * 60);
  const batches = nodes * batchesPerNode;
  const firms = Math.ceil(nodes / nodesPerFirm);
  const dashboards = (nodes * dashboardsPer100Nodes) / 100;
  const perFirm = dashboards / firms;
  const newEstimatesPerS = batches / 60 + readingsPerS * batchesPerNode;
  // A reading is told as itself and as the state of its node.
  const tellingsPerS = 2 * readingsPerS * perFirm;
  return {
    ...{ readingsPerS, batches, firms, dashboards },
    watchedBatches: batches * Math.min(1, perFirm),
    estimatesPerS: newEstimatesPerS * Math.min(1, perFirm),
    eventsPerS: tellingsPerS + newEstimatesPerS * perFirm,
    eventBytesPerS:
      tellingsPerS * costs.eventBytes.value + newEstimatesPerS * perFirm * costs.estimateBytes.value,
  };
}

/** A server gives estimates no more of its thread than this: above, each batch is told of less often. */
export const estimateShare = 1 / 3;

/** Seconds of CPU a second (cores), by what they are spent on. */
export interface Work {
  readonly intake: number;
  readonly storing: number;
  readonly lives: number;
  readonly alerts: number;
  readonly sweeps: number;
  readonly estimates: number;
  readonly dashboards: number;
}

/** @param servers  that share the estimates */
export function workOf(
  fleet: Fleet,
  load: Load,
  costs: Costs,
  store: 'embedded' | 'influxdb',
  servers = 1,
): Work {
  const cores = (perS: number, us: number) => (perS * us) / 1e6;
  const looksPerS = load.readingsPerS * fleet.batchesPerNode;
  return {
    intake: cores(load.readingsPerS, costs.intakeUs.value),
    storing: cores(load.readingsPerS, (store === 'embedded' ? costs.storeUs : costs.influxUs).value),
    lives: cores(looksPerS, costs.lifeUs.value),
    alerts: cores(looksPerS, costs.alertUs.value + costs.ruleUs.value * fleet.rulesPerFirm),
    sweeps: cores(fleet.nodes / 30, costs.sweepUs.value),
    estimates: Math.min(cores(load.estimatesPerS, costs.estimateUs.value), estimateShare * servers),
    dashboards: cores(load.eventsPerS, costs.eventUs.value),
  };
}

/** How old the figure of a batch that somebody looks at gets before a new one comes, at the most. */
export function figureAgeS(load: Load, costs: Costs, servers = 1): number {
  const perS = (estimateShare * servers * 1e6) / costs.estimateUs.value;
  return Math.max(60, load.watchedBatches / perS);
}

/** Bytes on disk of a year of readings, or of what is left of them. */
export function diskOfYear(load: Load, fleet: Fleet, costs: Costs) {
  const readings = load.readingsPerS * dayS * 365;
  const summariesOf = (days: number) => fleet.nodes * days * costs.summaryBytes.value;
  return {
    readings,
    embedded: readings * costs.embeddedBytes.value,
    /** 60 days of readings, hourly summaries of the rest. */
    embeddedShort: (readings * costs.embeddedBytes.value * 60) / 365 + summariesOf(305),
    influxCopy: readings * costs.influxBytes.value,
  };
}

/** On the wire: a publish of one reading, its PUBACK and TCP's own acknowledgements. */
export function wireBytesOf(payloadBytes: number, topicBytes: number): number {
  const ipAndTcp = 52;
  // Fixed header of 3 bytes, length of the topic, packet id.
  const publish = 3 + 2 + topicBytes + 2 + payloadBytes;
  const puback = 4;
  // The publish, the PUBACK with the acknowledgement of the publish, and the acknowledgement of the PUBACK.
  return publish + puback + 3 * ipAndTcp;
}
