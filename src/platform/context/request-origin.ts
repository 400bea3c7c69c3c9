import { isIP } from 'node:net';
import type { FastifyRequest } from 'fastify';
import { validate as isUuid } from 'uuid';
import type { Origin } from './ctx.js';

/** The header that chooses a chamber: permissions are then those held there. */
export const CHAMBER_HEADER = 'x-sinduk-chamber';

/** The chamber that a caller named: null when they named none, undefined when what they named is no id. */
export const chamberIn = (named: unknown): string | null | undefined =>
  named === undefined ? null : typeof named === 'string' && isUuid(named) ? named.toLowerCase() : undefined;

const LONGEST_DEVICE = 300;

/** Where a request came from. Behind trusted proxies `ip` is the address they saw. */
export const originOf = (request: FastifyRequest): Origin => ({
  requestId: request.id,
  ip: addressOf(request.ip),
  device: request.headers['user-agent']?.slice(0, LONGEST_DEVICE) ?? null,
});

const WITH_PORT = /^(?:\[(?<v6>[\da-f:.]+)\](?::\d{1,5})?|(?<v4>\d+\.\d+\.\d+\.\d+):\d{1,5})$/i;

// A proxy passes on whatever it was told, some with the port; what is no address must not reach a column of addresses. A
// connection that was reset has none at all, whatever the type says.
const addressOf = (text: string | undefined): string | null => {
  if (text === undefined) return null;
  const { v6, v4 } = WITH_PORT.exec(text)?.groups ?? {};
  const address = (v6 ?? v4 ?? text).replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '');
  return isIP(address) ? address : null;
};
