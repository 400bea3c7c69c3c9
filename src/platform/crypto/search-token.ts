import { createHmac, hkdfSync } from 'node:crypto';
import { lengthPrefixed } from './length-prefixed.js';

const KEY_BYTES = 32;
const TOKEN_BYTES = 16;
const NO_SALT = Buffer.alloc(0);
const PURPOSE = Buffer.from('sinduk search token 1');

/** The 32-byte key of one field in one scope, by HKDF-SHA-256 (RFC 5869): keys of different scopes or fields tell nothing of each other. Throws RangeError on an index key that is not 32 bytes. */
export function deriveFieldKey(indexKey: Buffer, scope: string, field: string): Buffer {
  if (indexKey.length !== KEY_BYTES) throw new RangeError(`An index key is ${KEY_BYTES} bytes, not ${indexKey.length}`);
  return Buffer.from(hkdfSync('sha256', indexKey, NO_SALT, lengthPrefixed(PURPOSE, [scope, field]), KEY_BYTES));
}

/** HMAC-SHA-256 (RFC 2104) of the UTF-8 value cut to its first 16 bytes: equal values under one field key share a token. The caller normalises. Throws RangeError on a field key that is not 32 bytes. */
export function searchToken(fieldKey: Buffer, normalised: string): Buffer {
  if (fieldKey.length !== KEY_BYTES) throw new RangeError(`A field key is ${KEY_BYTES} bytes, not ${fieldKey.length}`);
  return createHmac('sha256', fieldKey).update(normalised, 'utf8').digest().subarray(0, TOKEN_BYTES);
}
