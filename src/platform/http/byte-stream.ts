import { Readable } from 'node:stream';
import type { FastifyRequest } from 'fastify';
import { badInput } from '../errors.js';

/** The media type in which files are sent to the server. Like JSON, no page of another site can send it unasked. */
export const BYTES = 'application/octet-stream';

/** The unread body of a request that sends a file; its reader bounds the length. Throws BAD_USER_INPUT (OCTET_STREAM_REQUIRED, answered as 415). */
export function byteStream(request: FastifyRequest): Readable {
  if (request.body instanceof Readable) return request.body;
  throw badInput([{ path: ['body'], reason: 'OCTET_STREAM_REQUIRED' }]);
}
