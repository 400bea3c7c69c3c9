import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { CompactSign, type CryptoKey } from 'jose';
import type { PrescriptionContent } from './prescription-content.js';

/** What a doctor signs: everything that the prescription says and whom it names, as it was at that moment. */
export interface SignedForm {
  format: 'sinduk-prescription-1';
  id: string;
  number: string;
  amends: string | null;
  signedAt: string;
  practice: { id: string; name: string };
  chamber: { id: string; name: string; address: string; timeZone: string };
  doctor: { memberId: string; nameEn: string; nameBn: string | null; licence: string; licenceExpiresOn: string };
  patient: { id: string; mrn: string; nameEn: string | null; nameBn: string | null; sex: string; age: { years: number; months: number; estimated: boolean } | null; weightKg: string | null };
  content: PrescriptionContent;
  /** 128 random bits, so that nobody guesses the rest from its hash. */
  salt: string;
}

/** The public half of a doctor's key, as a JWK (RFC 8037). */
export interface PublicJwk {
  kty: 'OKP';
  crv: 'Ed25519';
  x: string;
}

/** A prescription's form in canonical JSON (RFC 8785), its SHA-256, and a JWS (RFC 7515) over it by EdDSA that carries the public key. */
export async function signedForm(form: SignedForm, key: { id: string; jwk: PublicJwk; privateKey: CryptoKey }): Promise<{ jws: string; hash: Buffer }> {
  const payload = Buffer.from(canonicalize(form)!);
  const jws = await new CompactSign(payload).setProtectedHeader({ alg: 'EdDSA', typ: 'sinduk-prescription+jws', kid: key.id, jwk: key.jwk }).sign(key.privateKey);
  return { jws, hash: createHash('sha256').update(payload).digest() };
}
