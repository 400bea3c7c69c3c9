import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

const ALGORITHM = 'aes-256-gcm';
const NONCE_BYTES = 12;

/** Bytes of an authentication tag. */
export const TAG_BYTES = 16;

/** What a frame adds to its header and its plaintext, in bytes: the nonce and the tag. */
export const FRAME_OVERHEAD = NONCE_BYTES + TAG_BYTES;

/** AES-256-GCM encryption (NIST SP 800-38D) with a 32-byte key and a 16-byte tag; the caller never repeats a nonce under one key. Throws RangeError on a key of another length. */
export function encipher(key: Buffer, nonce: Buffer, aad: Buffer, plaintext: Buffer): { ciphertext: Buffer; tag: Buffer } {
  const cipher = createCipheriv(ALGORITHM, key, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(aad);
  const ciphertext = cipher.update(plaintext);
  cipher.final();
  return { ciphertext, tag: cipher.getAuthTag() };
}

/** AES-256-GCM decryption (NIST SP 800-38D); undefined when the 16-byte tag does not vouch for key, nonce, associated data and ciphertext together. Throws on a key or tag of another length. */
export function decipher(key: Buffer, nonce: Buffer, aad: Buffer, ciphertext: Buffer, tag: Buffer): Buffer | undefined {
  const cipher = createDecipheriv(ALGORITHM, key, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(aad);
  cipher.setAuthTag(tag);
  const plaintext = cipher.update(ciphertext);
  try {
    cipher.final();
  } catch {
    return undefined;
  }
  return plaintext;
}

/** The frame header | nonce | ciphertext | tag under a fresh random nonce; one key may seal at most 2^32 frames (NIST SP 800-38D, 8.3). */
export function sealFrame(key: Buffer, header: Buffer, aad: Buffer, plaintext: Buffer): Buffer {
  const nonce = randomBytes(NONCE_BYTES);
  const { ciphertext, tag } = encipher(key, nonce, aad, plaintext);
  return Buffer.concat([header, nonce, ciphertext, tag], header.length + FRAME_OVERHEAD + plaintext.length);
}

/** The plaintext of a frame made by `sealFrame`; undefined when the frame is too short or its tag does not hold. */
export function openFrame(key: Buffer, headerBytes: number, aad: Buffer, frame: Buffer): Buffer | undefined {
  const tagAt = frame.length - TAG_BYTES;
  const ciphertextAt = headerBytes + NONCE_BYTES;
  if (tagAt < ciphertextAt) return undefined;
  const nonce = frame.subarray(headerBytes, ciphertextAt);
  return decipher(key, nonce, aad, frame.subarray(ciphertextAt, tagAt), frame.subarray(tagAt));
}
