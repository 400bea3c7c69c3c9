import { type IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { handleProtocols } from 'graphql-ws';
import { ErrorCode, UNAVAILABLE_MESSAGE } from '../errors.js';
import { graphqlError } from '../http/refusals.js';
import type { WebSocketGate } from './websocket-gate.js';

const PATH = '/graphql';
/** How long a request for a WebSocket may take to become one. */
const HANDSHAKE_MS = 10_000;

/**
 * Lets requests for a WebSocket in: to the GraphQL endpoint only, for its protocol only, and through the hooks of every
 * other request, so that the Origin, the address of the client and the log are the same. Call after those hooks.
 */
export function passUpgrades(fastify: FastifyInstance, gate: WebSocketGate): void {
  const asked = new WeakMap<IncomingMessage, { socket: Socket; head: Buffer }>();

  fastify.server.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) => {
    // Before anything else: nobody hears the errors of a socket that has left the HTTP server, and one unheard ends the process.
    socket.on('error', () => socket.destroy());
    socket.setTimeout(HANDSHAKE_MS, () => socket.destroy());
    const refusal = refusalOf(request);
    if (refusal) return void socket.end(`HTTP/1.1 ${refusal}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`, () => socket.destroy());
    asked.set(request, { socket, head });
    const response = new ServerResponse(request);
    response.shouldKeepAlive = false;
    response.assignSocket(socket);
    response.once('finish', () => {
      if (response.socket) socket.destroySoon();
    });
    fastify.routing(request, response);
  });

  // The HTTP server is closed when its last socket is, and these would stay.
  fastify.addHook('preClose', () => gate.stop());

  fastify.addHook('onRequest', (request, reply, done) => {
    const upgrade = asked.get(request.raw);
    if (!upgrade) return done();
    if (upgrade.socket.destroyed) return void reply.hijack();
    if (!gate.makesRoomFor(request)) {
      return void reply.code(503).header('content-type', 'application/json; charset=utf-8').send(graphqlError(ErrorCode.UNAVAILABLE, UNAVAILABLE_MESSAGE, request.id));
    }
    reply.hijack();
    reply.raw.detachSocket(upgrade.socket);
    // The HTTP request ends here; what logs and counts requests waits for these.
    reply.raw.statusCode = 101;
    reply.raw.emit('finish');
    reply.raw.emit('close');
    gate.open(request, upgrade.socket, upgrade.head);
  });
}

function refusalOf({ method, url, headers }: IncomingMessage): string | undefined {
  if (url?.split('?', 1)[0] !== PATH) return '404 Not Found';
  if (method !== 'GET' || headers.upgrade?.toLowerCase() !== 'websocket') return '400 Bad Request';
  return handleProtocols(headers['sec-websocket-protocol'] ?? '') ? undefined : '400 Bad Request';
}
