import { HttpStatus } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** The body of an answer under its entity tag, which is to be asked for again each time; 304 without it when the client has it (RFC 9110, 13.1.2). */
export function unlessSame(request: FastifyRequest, reply: FastifyReply, etag: string, body: string): string | undefined {
  void reply.headers({ etag, 'cache-control': 'private, no-cache' });
  if (request.headers['if-none-match'] !== etag) return body;
  void reply.code(HttpStatus.NOT_MODIFIED);
  return undefined;
}
