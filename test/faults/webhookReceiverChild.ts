import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A webhook on the loopback of its own host: tells its parent the key of every message. */
const port = Number(process.argv[2]);
const server = createServer(async (request, response) => {
  let text = '';
  for await (const chunk of request) text += chunk;
  process.send?.({ key: String(request.headers['webhook-id']), text });
  response.writeHead(204).end();
});
server.listen(port, '127.0.0.1');
await once(server, 'listening');
process.send?.({ port: (server.address() as AddressInfo).port });
process.once('disconnect', () => process.exit(0));
