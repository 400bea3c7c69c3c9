import { randomBytes } from 'node:crypto';
import { parse } from 'uuid';

const TENANT_BYTES = 16;
const RANDOM_BYTES = 32;

/** What a link holds: in which practice it leads, and the bytes whose SHA-256 is kept there, which are those of its text. */
export interface LinkSecret {
  tenantId: string;
  secret: Buffer;
}

/** A fresh secret for a link into a practice: the practice's id and 256 random bits, or as many that nobody else can make, in base64url, 64 characters. */
export const newLinkSecret = (tenantId: string, random = randomBytes(RANDOM_BYTES)): string => Buffer.concat([parse(tenantId), random]).toString('base64url');

/** What a link holds; undefined for what this never made. */
export function readLinkSecret(text: string): LinkSecret | undefined {
  if (!/^[\w-]{64}$/.test(text)) return undefined;
  const digits = Buffer.from(text, 'base64url').toString('hex', 0, TENANT_BYTES);
  return { tenantId: digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5'), secret: Buffer.from(text) };
}
