import { Counter, Gauge, type Registry } from 'prom-client';
import type { ReadinessProbe } from '../services.ts';
import type { ReadingStore } from '../store/readingStore.ts';
import type { Fleet, FleetStats } from './fleet.ts';

/** Registers what is to be known of the other servers, where there can be any. */
export function registerFleetMetrics(registry: Registry, fleet: Fleet): void {
  if (!fleet.isShared) return;
  const registers = [registry];
  const gauge = (name: string, help: string, read: (stats: FleetStats) => number) =>
    new Gauge({
      ...{ name, help, registers },
      collect() {
        this.set(read(fleet.stats()));
      },
    });
  gauge('tahan_fleet_members', 'Servers on this database that give signs of life', stats => stats.members);
  gauge('tahan_fleet_listening', '1 while messages of other servers come in', stats =>
    Number(stats.isListening),
  );
  gauge(
    'tahan_fleet_uninformed',
    '1 while it is not sure that everything other servers did is known here',
    () => Number(fleet.uninformed() !== null),
  );
  gauge(
    'tahan_fleet_lag_seconds',
    'How long a message of this server last took to come back to it',
    stats => stats.lagMs / 1_000,
  );
  gauge('tahan_fleet_waiting_bytes', 'Messages that wait to be published', stats => stats.waiting);
  const counted = (name: string, help: string, read: (stats: FleetStats) => number) =>
    new Counter({
      ...{ name, help, registers },
      collect() {
        this.reset();
        this.inc(read(fleet.stats()));
      },
    });
  counted('tahan_fleet_published_total', 'Messages to other servers', stats => stats.published);
  counted('tahan_fleet_received_total', 'Messages of other servers', stats => stats.received);
  counted('tahan_fleet_lost_total', 'Times that messages may have been missed', stats => stats.lost);
}

/** A server whose id is in use elsewhere does harm; one that hears nobody for a while does not. */
export function fleetProbe(fleet: Fleet): ReadinessProbe {
  return () => {
    const uninformed = fleet.uninformed();
    return uninformed === null || !uninformed.reason.includes('server.id') || uninformed.reason;
  };
}

/** What a person should know though the work goes on. */
export function fleetWarnings(fleet: Fleet, store: Pick<ReadingStore, 'shared'>): string[] {
  const warnings: string[] = [];
  const uninformed = fleet.uninformed();
  if (uninformed !== null)
    warnings.push(`fleet: ${uninformed.reason}, since ${new Date(uninformed.since).toISOString()}`);
  const others = fleet.members().length - 1;
  if (others > 0 && store.shared === undefined)
    warnings.push(
      `fleet: ${others} other servers use this database, but readings lie in files of each: set TAHAN_STORE=influxdb`,
    );
  return warnings;
}
