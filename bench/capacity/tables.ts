import { bytesText, type Figure, numberText } from './figures.ts';
import { diskOfYear, type Fleet, loadOf, type Work, wireBytesOf, workOf } from './load.ts';
import type { Costs } from './measuredCosts.ts';
import {
  busyShare,
  machineRamBytes,
  manyServersOf,
  mostFigureAgeS,
  mostNodesOnOneMachine,
  oneMachineOf,
  ramShare,
  takeOverMin,
} from './plan.ts';
import { broker, influxSizes, postgres, prices } from './published.ts';

type Table = (costs: Costs) => string;

/** What a fleet is like unless a table says otherwise. */
export const usualShape: Omit<Fleet, 'nodes'> = {
  ...{ reportEveryMin: 5, batchesPerNode: 2, dashboardsPer100Nodes: 2, nodesPerFirm: 20, rulesPerFirm: 10 },
};

const sizes = [1_000, 100_000, 10_000_000] as const;
const paces = [1, 5, 10] as const;
const payloadBytes = 117;
const topicBytes = 'tahan/kulkas-depan-12/readings'.length;
const hoursAMonth = 730;

const whole = (value: number) => value.toLocaleString('en-US', { maximumFractionDigits: 0 });
function percent(share: number): string {
  const value = share * 100;
  return `${value >= 10 ? Math.round(value) : value.toFixed(value >= 1 ? 1 : 2)} %`;
}

function markdown(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map((_, column) => (column === 0 ? '---' : '---:'))), ...rows.map(line)].join(
    '\n',
  );
}

const costNames: Readonly<Record<keyof Costs, string>> = {
  intakeUs: 'a reading: taken, on disk, acknowledged',
  storeUs: 'a reading: into the embedded store',
  influxUs: 'a reading: into InfluxDB, InfluxDB itself included',
  lifeUs: 'a reading: into the life of one batch',
  alertUs: 'a reading: one batch looked at for alerts',
  ruleUs: 'a reading: one rule more that the firm has written',
  sweepUs: 'a node: silence, battery, clock, every 30 s',
  estimateUs: 'a batch: a new estimate, for firms where somebody looks',
  eventUs: 'a dashboard: one event written to it',
  rebuildUs: 'a batch: its life built from the store, once after a start',
  firstLookUs: 'a batch: alerts of its first day, once after a start',
  batchBytes: 'a live batch: memory',
  nodeBytes: 'a connected node: memory',
  dashboardBytes: 'a dashboard: memory',
  processBytes: 'a server with nothing to do: memory',
  embeddedBytes: 'a reading: disk, embedded',
  influxBytes: 'a reading: disk, InfluxDB',
  summaryBytes: 'a node and day of which hourly summaries stay: disk',
  eventBytes: 'an event of a reading to a dashboard',
  estimateBytes: 'an estimate to a dashboard',
  tellUs: 'a reading: telling other servers, at the one that took it',
  toldUs: 'a reading: being told, at each of the others',
  toldBytes: 'a reading: through PostgreSQL to the others',
};

const figureText = ({ value, unit }: Figure) =>
  unit === 'B' ? bytesText(value) : `${numberText(value)} ${unit}`;

const costsTable: Table = costs =>
  markdown(
    ['What', 'One costs', 'Known by', 'From'],
    (Object.keys(costNames) as (keyof Costs)[]).map(name => {
      const figure = costs[name];
      return [costNames[name], figureText(figure), figure.mark, figure.source];
    }),
  );

/** How far one process goes, by how often nodes report and what is beside them. */
const oneMachineTable: Table = costs => {
  const shapes = [
    { ...usualShape, batchesPerNode: 1, dashboardsPer100Nodes: 1 },
    usualShape,
    { ...usualShape, batchesPerNode: 10, dashboardsPer100Nodes: 10 },
  ];
  const rows = shapes.flatMap(shape =>
    paces.map(reportEveryMin => {
      const { nodes, cap } = mostNodesOnOneMachine({ ...shape, reportEveryMin }, costs);
      const { batchesPerNode, dashboardsPer100Nodes } = shape;
      return [
        ...[`${batchesPerNode} batches a node, ${dashboardsPer100Nodes} dashboards per 100`],
        ...[`${reportEveryMin} min`, whole(Number(nodes.toPrecision(2))), cap.part],
      ];
    }),
  );
  return markdown(['Beside the nodes', 'A reading every', 'Nodes', 'Full first'], rows);
};

const workNames: Readonly<Record<keyof Work, string>> = {
  intake: 'taking readings, sync, acknowledgement',
  storing: 'storing them',
  lives: 'lives of batches',
  alerts: 'alerts and rules',
  sweeps: 'silence, batteries, clocks',
  estimates: 'estimates for who looks',
  dashboards: 'writing to dashboards',
};

/** Where the one thread of a machine with a thousand nodes spends its time. */
const thousandTable: Table = costs => {
  const machines = paces.map(reportEveryMin => {
    const fleet = { ...usualShape, nodes: 1_000, reportEveryMin };
    return { fleet, load: loadOf(fleet, costs), machine: oneMachineOf(fleet, costs) };
  });
  const each = (name: string, text: (of: (typeof machines)[number]) => string) => [
    name,
    ...machines.map(text),
  ];
  const wire = wireBytesOf(payloadBytes, topicBytes);
  return markdown(
    ['1,000 nodes, a reading every', ...paces.map(pace => `${pace} min`)],
    [
      each('readings a second', ({ load }) => numberText(load.readingsPerS)),
      ...(Object.keys(workNames) as (keyof Work)[]).map(part =>
        each(`CPU: ${workNames[part]}`, ({ machine }) => percent(machine.work[part])),
      ),
      each('CPU of one core, all', ({ machine }) => percent(machine.busy)),
      each('memory', ({ machine }) => bytesText(machine.ramBytes)),
      each('disk a year, embedded', ({ machine }) => bytesText(machine.diskBytes)),
      each('network in, a month', ({ load }) => bytesText(load.readingsPerS * wire * 3_600 * hoursAMonth)),
      each('network to dashboards, a month', ({ load }) =>
        bytesText(load.eventBytesPerS * 3_600 * hoursAMonth),
      ),
    ],
  );
};

/** What one thing more costs a thousand nodes. */
const sensitivityTable: Table = costs => {
  const cases: readonly (readonly [string, Partial<Fleet>])[] = [
    ['as above', {}],
    ['1 batch a node', { batchesPerNode: 1 }],
    ['10 batches a node', { batchesPerNode: 10 }],
    ['no dashboard open', { dashboardsPer100Nodes: 0 }],
    ['10 dashboards per 100 nodes', { dashboardsPer100Nodes: 10 }],
    ['50 dashboards per 100 nodes', { dashboardsPer100Nodes: 50 }],
    ['one firm with all the nodes', { nodesPerFirm: 1_000 }],
    ['200 rules a firm', { rulesPerFirm: 200 }],
  ];
  return markdown(
    ['1,000 nodes, a reading every 5 min', 'CPU of one core', 'to dashboards', 'memory'],
    cases.map(([name, change]) => {
      const fleet = { ...usualShape, nodes: 1_000, ...change };
      const machine = oneMachineOf(fleet, costs);
      const { eventBytesPerS } = loadOf(fleet, costs);
      return [name, percent(machine.busy), `${bytesText(eventBytesPerS)}/s`, bytesText(machine.ramBytes)];
    }),
  );
};

const diskTable: Table = costs => {
  const rows = paces.map(reportEveryMin => {
    const fleet = { ...usualShape, nodes: 1, reportEveryMin };
    const disk = diskOfYear(loadOf(fleet, costs), fleet, costs);
    const texts = [disk.embedded, disk.embeddedShort, disk.influxCopy, 2 * disk.influxCopy].map(bytesText);
    return [`${reportEveryMin} min`, whole(disk.readings), ...texts];
  });
  const heads = ['embedded, all', 'embedded, 60 days and hourly', 'InfluxDB', 'InfluxDB cluster, 2 copies'];
  return markdown(['One node and year, a reading every', 'readings', ...heads], rows);
};

/** What the three sizes need, on several servers. */
const sizesTable: Table = costs => {
  const rows = sizes.flatMap(nodes =>
    paces.map(reportEveryMin => {
      const plan = manyServersOf({ ...usualShape, nodes, reportEveryMin }, costs);
      const { fleets, serversEach, brokers, influx, caps } = plan;
      const instances =
        influx === null ? '-' : `${influx.instances} × ${influx.cores} cores, ${influx.ramGB} GB`;
      return [
        whole(nodes),
        `${reportEveryMin} min`,
        whole(plan.load.readingsPerS),
        whole(fleets),
        `${serversEach} (${percent(plan.busy)} busy, ${bytesText(plan.ramBytesEach)})`,
        `${brokers.count} × ${brokers.vcpu} vCPU, ${brokers.ramGB} GB`,
        `${instances}; ${whole(plan.fieldsPerS)} values/s; ${bytesText(plan.influxDiskBytes)} a year`,
        `${numberText(plan.noticesPerS)}/s`,
        `${caps[0]?.part} (${percent(caps[0]?.share ?? 0)})`,
      ];
    }),
  );
  const ofEach = [
    'servers, each',
    'brokers, each',
    'InfluxDB, each',
    'PostgreSQL notices',
    'fullest of its bounds',
  ];
  return markdown(['Nodes', 'every', 'readings/s', 'fleets', ...ofEach], rows);
};

/** What renting it would cost, where prices are public. */
const pricesTable: Table = costs => {
  const vcpuMonth = prices.vcpuHour.value * hoursAMonth;
  const usd = (value: number) => `${whole(Number(value.toPrecision(2)))} USD`;
  const rows = sizes.map(nodes => {
    const fleet = { ...usualShape, nodes };
    const plan = manyServersOf(fleet, costs);
    const servers = plan.fleets * plan.serversEach * 2;
    const brokers = plan.fleets * plan.brokers.count * plan.brokers.vcpu;
    const influx = plan.fleets * (plan.influx === null ? 0 : plan.influx.instances * plan.influx.cores);
    const postgresVcpu = plan.fleets * 4;
    const lineBytes = 150;
    const monthS = hoursAMonth * 3_600;
    const cloudIn = ((plan.load.readingsPerS * lineBytes * monthS) / 1e6) * prices.influxCloudInPerMB.value;
    return [
      whole(nodes),
      ...[servers, brokers, influx, postgresVcpu].map(whole),
      usd((servers + brokers + influx + postgresVcpu) * vcpuMonth),
      usd((servers + brokers + postgresVcpu) * vcpuMonth + cloudIn),
      nodes === sizes[0] ? usd(2 * vcpuMonth) : '-',
    ];
  });
  const vcpu = ['servers', 'brokers', 'InfluxDB', 'PostgreSQL'].map(part => `vCPU: ${part}`);
  const months = ['a month, all of it rented', 'the same with InfluxDB Cloud', 'one machine, embedded store'];
  return markdown(['Nodes, a reading every 5 min', ...vcpu, ...months], rows);
};

const publishedTable: Table = () => {
  const source = (figure: Figure) => figure.source;
  const rows = [
    [
      'EMQX: readings a second and vCPU',
      figureText(broker.readingsPerSAndVcpu),
      source(broker.readingsPerSAndVcpu),
    ],
    ['EMQX: memory of a connection', figureText(broker.connectionBytes), source(broker.connectionBytes)],
    ...influxSizes.map(size => [
      `InfluxDB: ${size.instances} × ${size.cores} cores, ${size.ramGB} GB, up to ${whole(size.series)} series`,
      `${whole(size.writesPerS)} values/s`,
      size.source,
    ]),
    [
      'PostgreSQL: transactions that each notify',
      figureText(postgres.notifiesPerS),
      source(postgres.notifiesPerS),
    ],
    ['A vCPU with 4 GB, an hour', `${prices.vcpuHour.value} USD`, source(prices.vcpuHour)],
    [
      'InfluxDB Cloud: a MB written',
      `${prices.influxCloudInPerMB.value} USD`,
      source(prices.influxCloudInPerMB),
    ],
  ];
  return markdown(['What', 'Figure', 'Where'], rows);
};

/** The share of a server's work that another server would not take from it, for the text. */
const sharesTable: Table = costs => {
  const rows = paces.map(reportEveryMin => {
    const fleet = { ...usualShape, nodes: 10_000, reportEveryMin };
    const work = workOf(fleet, loadOf(fleet, costs), costs, 'influxdb');
    const shared = work.intake + work.storing + work.estimates + work.dashboards;
    return [
      `${reportEveryMin} min`,
      percent(shared),
      percent(work.lives),
      percent(work.alerts + work.sweeps),
    ];
  });
  const kinds = ['shared by servers', 'at each server', 'at the one that decides alerts'];
  return markdown(['10,000 nodes, a reading every', ...kinds.map(kind => `${kind}, of a core`)], rows);
};

/** By the names that `docs/scaling.md` calls them. */
export const tables: Readonly<Record<string, Table>> = {
  ...{ costs: costsTable, 'one machine': oneMachineTable, 'a thousand nodes': thousandTable },
  ...{ 'one thing more': sensitivityTable, disk: diskTable, shares: sharesTable, sizes: sizesTable },
  ...{ prices: pricesTable, published: publishedTable },
  margins: () =>
    `Full is: a thread that is busy ${percent(busyShare)} of its time, so that backlogs and whoever asks at once have room;\n` +
    `${percent(ramShare)} of ${bytesText(machineRamBytes)} of memory; ${takeOverMin} minutes until alerts have looked at every batch after a start;\n` +
    `${mostFigureAgeS} seconds between two figures of a batch that somebody looks at, to which a server gives a third of its thread\n` +
    '(people who look are answered from the first second, and nodes are acknowledged).',
};
