import type { ForeignReport } from '../../models/contracts/foreign.ts';
import type { DeviceFault, FoundDevice, FoundValue } from '../store/metadata/foundDevices.ts';

/** Sensors and quantities remembered of one device. */
const mostValues = 32;
/** A sensor that stays broken is told once an hour, not with every message. */
const faultAgainMs = 3_600_000;

/** What one report says of one device. */
export interface DeviceReport extends Pick<ForeignReport, 'receivedAt' | 'readings' | 'events'> {
  /** Of its record, in which journal. */
  readonly position: number;
  readonly journal: string;
}

export interface DeviceAfterReport {
  readonly device: FoundDevice;
  /** Sensor faults that are news. The same report again gives the same ones again. */
  readonly faults: readonly DeviceFault[];
}

/** A device as it is known after one more report. A report that comes again changes nothing. */
export function deviceAfterReport(device: FoundDevice, report: DeviceReport): DeviceAfterReport {
  const { receivedAt, readings, events, position, journal } = report;
  const countedThrough = device.countedThrough[journal] ?? 0;
  const isNew = position > countedThrough;
  const told = (kind: string) => events.findLast(event => event.kind === kind)?.value;
  const availability = told('availability');
  const batteryState = told('battery-state');
  const battery = readings.findLast(({ metric, quality }) => metric === 'battery' && quality === 'good');
  const { faults, lastFault } = faultsIn(device, report);
  return {
    faults,
    device: {
      ...device,
      lastSeenAt: Math.max(device.lastSeenAt, receivedAt),
      messageCount: device.messageCount + (isNew && readings.length > 0 ? 1 : 0),
      countedThrough: { ...device.countedThrough, [journal]: Math.max(countedThrough, position) },
      latest: latestOf(device.latest, readings),
      isAvailable: isNew && availability !== undefined ? availability === 'online' : device.isAvailable,
      isBatteryLow: isNew && batteryState !== undefined ? batteryState === 'low' : device.isBatteryLow,
      batteryPct: isNew && battery !== undefined ? battery.value : device.batteryPct,
      lastFault,
    },
  };
}

/** Of each channel and metric the value measured last: it only moves forward. */
function latestOf(known: readonly FoundValue[], readings: ForeignReport['readings']): FoundValue[] {
  const latest = new Map(known.map(value => [`${value.channel ?? ''}\n${value.metric}`, value]));
  for (const { channel = null, metric, value, unit, measuredAt, quality } of readings) {
    const key = `${channel ?? ''}\n${metric}`;
    const before = latest.get(key);
    if (before === undefined ? latest.size >= mostValues : before.measuredAt > measuredAt) continue;
    latest.set(key, { channel, metric, value, unit, measuredAt, quality });
  }
  return [...latest.values()];
}

function faultsIn(device: FoundDevice, { events, receivedAt }: DeviceReport) {
  let { lastFault } = device;
  const faults: DeviceFault[] = [];
  for (const { kind, channel = null, value = null } of events) {
    if (kind !== 'sensor-fault') continue;
    const isAsBefore = lastFault?.channel === channel && lastFault.value === value;
    const since = lastFault === null ? Infinity : receivedAt - lastFault.at;
    if (isAsBefore && since > 0 && since < faultAgainMs) continue;
    const fault = { at: receivedAt, channel, value };
    faults.push(fault);
    if (lastFault === null || receivedAt >= lastFault.at) lastFault = fault;
  }
  return { faults, lastFault };
}
