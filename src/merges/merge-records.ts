import type { ScopeKeys } from '../platform/crypto/keyring.js';
import type { HeldPatient } from '../patients/patients.writer.js';
import type { MergeField, MergeSource } from './merge-fields.js';
import type { MergeRow } from './merge-rows.js';

/** What is sealed of a merge: both patients before it, what became of them, and where each field came from. */
interface Sealed<Part> {
  survivor: Part;
  duplicate: Part;
  result: Part;
  from: Partial<Record<MergeField, MergeSource>>;
}

export type SealedIdentity = Sealed<HeldPatient['identity']> & { reason: string };
export type SealedClinical = Sealed<HeldPatient['clinical']>;

/** What is sealed of an undoing: why, and which fields were kept as they had become. */
export interface Undone {
  reason: string;
  kept: MergeField[];
}

/** How many rows of a kind. */
export interface RowCount {
  kind: string;
  count: number;
}

/** A merge with what is clinical still sealed. */
export interface MergeRecord {
  row: MergeRow;
  identity: SealedIdentity;
  undone: Undone | null;
}

/** The identities before and after a merge. */
export const openIdentity = (keys: ScopeKeys, { id, identity }: Pick<MergeRow, 'id' | 'identity'>): SealedIdentity =>
  keys.open<SealedIdentity>('clinic.patient_merges', id, 'identity', identity);

/** What was clinical before and after a merge. */
export const openClinical = (keys: ScopeKeys, { id, clinical }: Pick<MergeRow, 'id' | 'clinical'>): SealedClinical =>
  keys.open<SealedClinical>('clinic.patient_merges', id, 'clinical', clinical);

/** A merge, opened save what is clinical. */
export const openMerge = (keys: ScopeKeys, row: MergeRow): MergeRecord => ({
  row,
  identity: openIdentity(keys, row),
  undone: row.undone_because && keys.open<Undone>('clinic.patient_merges', row.id, 'undone_because', row.undone_because),
});
