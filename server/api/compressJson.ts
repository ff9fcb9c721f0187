import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { RequestHandler } from 'express';

/** Below this an answer fits into one packet as it is. */
const worthItBytes = 1_400;
const compress = promisify(gzip);

/**
 * Sends what was asked for compressed where the client takes gzip: a list of batches is a tenth of its size on the line.
 * Only answers to GET: what was made once and holds a secret goes out as it is.
 */
export const compressJson: RequestHandler = (request, response, next) => {
  if (request.method === 'GET') {
    response.vary('accept-encoding');
    if (request.acceptsEncodings('gzip') === 'gzip') {
      const send = response.send.bind(response);
      response.send = body => {
        if (typeof body !== 'string' || body.length < worthItBytes) return send(body);
        compress(body).then(
          smaller => {
            response.send = send;
            response.set('content-encoding', 'gzip');
            // Express names the letters of a text, but not of bytes.
            const type = response.get('content-type');
            if (type !== undefined && !type.includes('charset'))
              response.set('content-type', `${type}; charset=utf-8`);
            send(smaller);
          },
          // Not for want of compression is anybody left without an answer.
          () => send(body),
        );
        return response;
      };
    }
  }
  next();
};
