import { Readable } from 'node:stream';
import type { FastifyRequest } from 'fastify';
import { badInput } from '../errors.js';

/** The media type in which files are sent to the server. Like JSON, no page of another site can send it unasked. */
export const BYTES = 'application/octet-stream';

/**
 * The unread body of a request that sends a file; its reader bounds the length. Throws BAD_USER_INPUT: OCTET_STREAM_REQUIRED,
 * answered as 415, and, to its reader, INCOMPLETE when it breaks off.
 */
export function byteStream(request: FastifyRequest): AsyncIterable<Buffer> {
  if (request.body instanceof Readable) return received(request.body);
  throw badInput([{ path: ['body'], reason: 'OCTET_STREAM_REQUIRED' }]);
}

async function* received(body: Readable): AsyncGenerator<Buffer> {
  try {
    // A reader that stops early leaves the connection as it is: Node drops what is still to come, and the answer can be sent.
    for await (const part of body) yield part as Buffer;
  } catch {
    throw badInput([{ path: ['body'], reason: 'INCOMPLETE' }]);
  }
}
