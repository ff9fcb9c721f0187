import { readFileSync, writeFileSync } from 'node:fs';

/**
 * Loaded before a program (`--import`): its wall clock is ahead of the machine's by what stands in the file
 * TAHAN_STEPPED_CLOCK, in milliseconds, and steps when SIGUSR2 says that the file was changed. What counts elapsed time
 * (timers, performance.now) goes on as it does when a machine's clock is set.
 */
const path = process.env.TAHAN_STEPPED_CLOCK!;
const RealDate = Date;
let aheadMs = Number(readFileSync(path, 'utf8'));

const now = () => RealDate.now() + aheadMs;

globalThis.Date = new Proxy(RealDate, {
  construct: (target, given, newTarget) =>
    Reflect.construct(target, given.length === 0 ? [now()] : given, newTarget),
  apply: target => new target(now()).toString(),
  get: (target, name, receiver) => (name === 'now' ? now : Reflect.get(target, name, receiver)),
});

process.on('SIGUSR2', () => {
  aheadMs = Number(readFileSync(path, 'utf8'));
  writeFileSync(`${path}.done`, String(aheadMs));
});
