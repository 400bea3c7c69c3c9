import type { ScopeKeys } from '../../platform/crypto/keyring.js';
import type { Row, Statement } from '../../platform/database/statement-group.js';
import type { ClaimDisposition } from '../claims/claim.enums.js';
import type { ClaimSubmission } from './submission.model.js';

const TABLE = 'clinic.claim_submissions';
const COLUMNS = 's.id, s.chamber_id as "chamberId", s.payer_id as "payerId", s.disposition, s.claims, s.made_by, s.made_at as "madeAt"';

/** Whether the caller manages the finances of a chamber. */
export const askManaging = (tenantId: string, chamberId: string): Statement => ({
  text: `select c.time_zone, clinic.may_in($1, platform.current_member(), c.id, 'finances:manage') as may from clinic.chambers c where c.tenant_id = $1 and c.id = $2`, values: [tenantId, chamberId],
});

export const insertSubmission = (tenantId: string, keys: ScopeKeys, id: string, { chamberId, payerId, disposition, claims, file }: { chamberId: string; payerId: string; disposition: ClaimDisposition; claims: number; file: string }): Statement => ({
  text: `insert into ${TABLE} as s (tenant_id, id, chamber_id, payer_id, disposition, claims, file) values ($1, $2, $3, $4, $5, $6, $7) returning ${COLUMNS}`,
  values: [tenantId, id, chamberId, payerId, disposition, claims, keys.seal(TABLE, id, 'file', { file })],
});

/** Submissions with whether the caller manages the finances there. */
export const submissionsByIds = (tenantId: string, ids: readonly string[]): Statement => ({
  text: `select ${COLUMNS}, s.file, clinic.may_in($1, platform.current_member(), s.chamber_id, 'finances:manage') as may from ${TABLE} s where s.tenant_id = $1 and s.id = any ($2::uuid[])`, values: [tenantId, ids],
});

/** A row as whoever may see it does. */
export const toSubmission = (row: Row): ClaimSubmission => {
  const { made_by: madeBy, ...submission } = row as unknown as ClaimSubmission & { made_by: string };
  return { ...submission, madeBy: { id: madeBy } };
};

/** Opens the file of a row. */
export const fileOf = (keys: ScopeKeys, row: Row): string => keys.open<{ file: string }>(TABLE, row['id'] as string, 'file', row['file'] as Buffer).file;
