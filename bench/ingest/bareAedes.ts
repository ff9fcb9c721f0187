import { type AddressInfo, createServer } from 'node:net';
import { Aedes } from 'aedes';
import { type ListeningChild, listensOn, startListening } from '../load/listeningChild.ts';

/** Aedes as its own README starts it: no login, PUBACK first, nothing kept. */
export const startBareAedes = (): Promise<ListeningChild> => startListening(import.meta.filename);

if (import.meta.main) {
  const broker = await Aedes.createBroker();
  const server = createServer(broker.handle).listen(0, '127.0.0.1', () =>
    listensOn((server.address() as AddressInfo).port),
  );
}
