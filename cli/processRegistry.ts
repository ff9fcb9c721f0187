import { collectDefaultMetrics, Registry } from 'prom-client';

/**
 * A registry that also tells of the process: memory, open files, CPU, garbage collection and how long the event loop was
 * late (`nodejs_eventloop_lag_p99_seconds` and its kin, each since it was last asked; the timer's own 10 ms are in it).
 */
export function processRegistry(): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  return registry;
}
