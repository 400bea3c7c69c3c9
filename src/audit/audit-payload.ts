import { createHash } from 'node:crypto';
import type { Change } from '../platform/context/audit-trail.js';
import type { RecordRef } from '../platform/context/ctx.js';

/** The sealed part of an audit entry. `payload_hash` commits to its JSON text, as sealed. */
export interface AuditPayload {
  /** 128 random bits, as hex: without it a hash of little text could be guessed back. Sealed, so that it dies with the text. */
  salt: string;
  actorName: string | null;
  ip: string | null;
  device: string | null;
  /** The permission that was missing, when denied. */
  permission: string | null;
  reason: string | null;
  changes: Change[];
}

/** SHA-256 (FIPS 180-4) of a payload's JSON text. */
export const payloadHash = (json: string | Buffer): Buffer => createHash('sha256').update(json).digest();

/**
 * SHA-256 of the records' lines `type|id|patient`, sorted by type and id, joined by line feeds. Types are ASCII, ids
 * lower case and each pair is there once; SQL computes the same for `recordsIntact`.
 */
export const recordsHash = (records: RecordRef[]): Buffer => {
  const lines = [...records]
    .sort((a, b) => order(a.type, b.type) || order(a.id, b.id))
    .map(({ type, id, patientId }) => `${type}|${id}|${patientId ?? ''}`);
  return createHash('sha256').update(lines.join('\n')).digest();
};

const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
