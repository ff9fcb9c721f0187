import { openFileOutbox } from '../../../firmware-sim/fileOutbox.ts';

/** Appends numbered samples and tells its parent how many are in, until it is killed. */
const outbox = openFileOutbox({ path: process.argv[2]! });
let n = 0;
function appendSome(): void {
  for (let i = 0; i < 50; i++, n++) outbox.append([{ sampledAt: n, text: JSON.stringify({ sequence: n }) }]);
  process.send?.(n, undefined, undefined, () => setImmediate(appendSome));
}
appendSome();
