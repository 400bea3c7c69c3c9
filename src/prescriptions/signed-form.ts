import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { CompactSign } from 'jose';
import type { PatientSnapshot } from '../patients/patient-snapshots.reader.js';
import type { Letterhead } from '../tenants/letterheads.reader.js';
import type { SignedChecks } from './checks/finding.js';
import type { PrescriptionContent } from './prescription-content.js';
import type { SigningKey } from './signing-keys.service.js';

/** What a doctor signs: all that the prescription says and whom it names, as it was at that moment. */
export interface SignedForm extends Pick<Letterhead, 'practice' | 'chamber'> {
  format: 'sinduk-prescription-1';
  id: string;
  /** RX-000123. */
  number: string;
  /** The number of the version that it takes the place of. */
  amends: string | null;
  /** An instant in UTC, ISO 8601. */
  signedAt: string;
  doctor: Letterhead['doctor'] & { licence: string; licenceExpiresOn: string };
  /** `weightKg` is a decimal text, as it was last measured. */
  patient: PatientSnapshot & { weightKg: string | null };
  content: PrescriptionContent;
  /** What checking it found, what could not be checked, and why the doctor went on; missing in what was signed before there were checks. */
  checks?: SignedChecks;
  /** 128 random bits, so that nobody guesses the rest from its hash. */
  salt: string;
}

/** The public half of a doctor's key, as a JWK (RFC 8037). */
export interface PublicJwk {
  kty: 'OKP';
  crv: 'Ed25519';
  x: string;
}

/** A form in canonical JSON (RFC 8785), its SHA-256, and a JWS (RFC 7515) over it by EdDSA that carries the public key. */
export async function signForm(form: SignedForm, { id, jwk, d }: SigningKey): Promise<{ jws: string; hash: Buffer }> {
  const payload = Buffer.from(canonicalize(form)!);
  const jws = await new CompactSign(payload).setProtectedHeader({ alg: 'EdDSA', typ: 'sinduk-prescription+jws', kid: id, jwk: { ...jwk } }).sign({ ...jwk, d });
  return { jws, hash: createHash('sha256').update(payload).digest() };
}

/** The form that a JWS of `signForm` carries; whether it is genuine was decided before. */
export const formIn = (jws: string): SignedForm => JSON.parse(Buffer.from(jws.split('.')[1]!, 'base64url').toString()) as SignedForm;
