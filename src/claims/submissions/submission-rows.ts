import type { Permission } from '../../platform/access/permissions.js';
import type { ScopeKeys } from '../../platform/crypto/keyring.js';
import type { Row, Statement } from '../../platform/database/statement-group.js';
import type { ClaimDisposition } from '../claims/claim.enums.js';
import type { ClaimSubmission } from './submission.model.js';

const TABLE = 'clinic.claim_submissions';
const COLUMNS = 's.id, s.chamber_id as "chamberId", s.payer_id as "payerId", s.disposition, s.claims, s.made_by, s.made_at as "madeAt"';

/** Whether the caller holds a permission in a chamber: a row of `may`; none where there is no such chamber. */
export const askMayIn = (tenantId: string, chamberId: string, permission: Permission): Statement => ({
  text: `select clinic.may_in($1, platform.current_member(), c.id, $3) as may from clinic.chambers c where c.tenant_id = $1 and c.id = $2`, values: [tenantId, chamberId, permission],
});

export const insertSubmission = (tenantId: string, keys: ScopeKeys, id: string, { chamberId, payerId, disposition, claims, file }: { chamberId: string; payerId: string; disposition: ClaimDisposition; claims: number; file: string }): Statement => ({
  text: `insert into ${TABLE} as s (tenant_id, id, chamber_id, payer_id, disposition, claims, file) values ($1, $2, $3, $4, $5, $6, $7) returning ${COLUMNS}`,
  values: [tenantId, id, chamberId, payerId, disposition, claims, keys.seal(TABLE, id, 'file', { file })],
});

/** Submissions with whether the caller manages the finances there. */
export const submissionsByIds = (tenantId: string, ids: readonly string[]): Statement => ({
  text: `select ${COLUMNS}, s.file, clinic.may_in($1, platform.current_member(), s.chamber_id, 'finances:manage') as may from ${TABLE} s where s.tenant_id = $1 and s.id = any ($2::uuid[])`, values: [tenantId, ids],
});

/** `count` files of a chamber after one of them, the last made first. */
export const pageOfSubmissions = (tenantId: string, chamberId: string, count: number, after: string | null): Statement => ({
  text: `
select ${COLUMNS} from ${TABLE} s where s.tenant_id = $1 and s.chamber_id = $2 and ($4::uuid is null or (s.made_at, s.id) < (select b.made_at, b.id from ${TABLE} b where b.tenant_id = $1 and b.id = $4))
order by s.made_at desc, s.id desc limit $3`,
  values: [tenantId, chamberId, count, after],
});

/** How many files of a chamber there are: a row of `total`. */
export const countSubmissions = (tenantId: string, chamberId: string): Statement => ({ text: `select count(*)::integer as total from ${TABLE} s where s.tenant_id = $1 and s.chamber_id = $2`, values: [tenantId, chamberId] });

/** A row as whoever may see it does. */
export const toSubmission = (row: Row): ClaimSubmission => {
  const { made_by: madeBy, ...submission } = row as unknown as ClaimSubmission & { made_by: string };
  return { ...submission, madeBy: { id: madeBy } };
};

/** Opens the file of a row. */
export const fileOf = (keys: ScopeKeys, row: Row): string => keys.open<{ file: string }>(TABLE, row['id'] as string, 'file', row['file'] as Buffer).file;
