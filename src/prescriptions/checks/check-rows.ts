import type { ScopeKeys } from '../../platform/crypto/keyring.js';
import type { Row, Statement } from '../../platform/database/statement-group.js';
import type { CheckResult, Finding, SignedChecks } from './finding.js';

const TABLE = 'clinic.prescription_checks';

/** A row of `clinic.prescription_checks`. */
export interface CheckRow {
  id: string;
  prescription_id: string;
  patient_id: string;
  prescription_version: number;
  result: Buffer;
  reasons_needed: number;
  overrides: Buffer | null;
  checked_by: string;
  checked_at: Date;
}

/** Why the doctor went on in spite of a finding. */
export interface Override {
  key: string;
  reason: string;
}

/** A check, opened. */
export interface CheckRecord extends CheckResult {
  row: CheckRow;
  overrides: Override[];
}

const COLUMNS = 'c.id, c.prescription_id, c.patient_id, c.prescription_version, c.result, c.reasons_needed, c.overrides, c.checked_by, c.checked_at';

/** The last check of each of these prescriptions. */
export const lastChecks = (tenantId: string, prescriptionIds: readonly string[]): Statement => ({
  text: `
select l.* from unnest($2::uuid[]) as t (id) cross join lateral (
  select ${COLUMNS} from ${TABLE} c where c.tenant_id = $1 and c.prescription_id = t.id order by c.checked_at desc, c.id desc limit 1) l`,
  values: [tenantId, prescriptionIds],
});

/** Keeps a check, sealed; gives its row. */
export const insertCheck = (tenantId: string, keys: ScopeKeys, check: Pick<CheckRow, 'id' | 'prescription_id' | 'patient_id' | 'prescription_version'>, result: CheckResult): Statement => ({
  text: `
insert into ${TABLE} as c (tenant_id, id, prescription_id, patient_id, prescription_version, result, reasons_needed) values ($1, $2, $3, $4, $5, $6, $7) returning ${COLUMNS}`,
  values: [tenantId, check.id, check.prescription_id, check.patient_id, check.prescription_version, keys.seal(TABLE, check.id, 'result', result), result.findings.filter(({ needsReason }) => needsReason).length],
});

/** Adds the reasons to a check, sealed. They are given once. */
export const giveReasons = (tenantId: string, keys: ScopeKeys, id: string, overrides: readonly Override[], given: number): Statement => ({
  text: `update ${TABLE} c set overrides = $3, reasons_given = $4 where c.tenant_id = $1 and c.id = $2`,
  values: [tenantId, id, overrides.length ? keys.seal(TABLE, id, 'overrides', overrides) : null, given],
});

/** The rows of a statement, as what they are. */
export const checkRows = (rows: Row[] | undefined): CheckRow[] => (rows ?? []) as unknown as CheckRow[];

/** The sealed values of rows, for the keyring. */
export const sealedInChecks = (rows: readonly CheckRow[]): Buffer[] => rows.flatMap(({ result, overrides }) => (overrides ? [result, overrides] : [result]));

/** Opens a row that one of the statements above gave. */
export const openCheck = (keys: ScopeKeys, row: CheckRow): CheckRecord => ({
  row, ...keys.open<CheckResult>(TABLE, row.id, 'result', row.result), overrides: row.overrides ? keys.open<Override[]>(TABLE, row.id, 'overrides', row.overrides) : [],
});

/** A check as it is signed with a prescription. */
export const signedChecks = ({ row, sources, findings, withoutDoseRange }: CheckRecord, overrides: readonly Override[]): SignedChecks => ({
  checkedAt: row.checked_at.toISOString(), sources, withoutDoseRange,
  findings: findings.map((finding) => ({ ...finding, override: overrides.find(({ key }) => key === finding.key)?.reason ?? null })),
});

/** The findings that stand in the way of signing: those that need a reason and have none. */
export const openFindings = (findings: readonly Finding[], overrides: readonly Override[]): Finding[] =>
  findings.filter(({ key, needsReason }) => needsReason && !overrides.some((override) => override.key === key));
