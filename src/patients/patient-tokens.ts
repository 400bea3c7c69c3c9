import type { ScopeKeys } from '../platform/crypto/keyring.js';
import type { IdentifierKind } from './identifiers.js';
import type { Identity } from './patient-identity.js';
import { lastFour } from './phone.js';

/** One normalised value of a field that patients are found by. */
export interface Findable {
  field: 'phone' | 'phone-last-four' | `identifier:${IdentifierKind}`;
  value: string;
}

/** Everything that an identity is found by: its telephones and its guardian's, whole and by their last four digits, and its identifiers. */
export function findablesOf({ phones, guardian, identifiers }: Identity): Findable[] {
  const numbers = new Set([...phones.map(({ number }) => number), ...(guardian?.phone ? [guardian.phone] : [])]);
  const ends = new Set([...numbers].map(lastFour));
  return [
    ...[...numbers].map((value): Findable => ({ field: 'phone', value })),
    ...[...ends].map((value): Findable => ({ field: 'phone-last-four', value })),
    ...identifiersOf({ identifiers }),
  ];
}

/** The identifiers among them, in the order of the identity. */
export const identifiersOf = ({ identifiers }: Pick<Identity, 'identifiers'>): Findable[] =>
  identifiers.map(({ kind, value }) => ({ field: `identifier:${kind}`, value }));

/** True when the identity is found by this value: a token that somebody planted finds nobody. */
export const isFoundBy = (identity: Identity, { field, value }: Findable): boolean =>
  findablesOf(identity).some((findable) => findable.field === field && findable.value === value);

/** Fields and tokens side by side, as two array parameters. */
export const tokenArrays = (keys: ScopeKeys, findables: Findable[]): [string[], Buffer[]] =>
  [findables.map(({ field }) => field), findables.map(({ field, value }) => keys.token(field, value))];
