import type { ScopeKeys } from '../../platform/crypto/keyring.js';
import type { Row, Statement } from '../../platform/database/statement-group.js';
import type { TemplateContent } from './template-content.js';
import type { TemplateKind } from './template.enums.js';
import type { PrescriptionTemplate } from './template.model.js';

const TABLE = 'clinic.prescription_templates';
const COLUMNS = 't.id, t.member_id, t.kind, t.content, t.uses, t.updated_at, t.version';

/** A row of `clinic.prescription_templates`. */
export interface TemplateRow {
  id: string;
  member_id: string;
  kind: TemplateKind;
  content: Buffer;
  uses: number;
  updated_at: Date;
  version: number;
}

/** The templates of a member, the caller unless named, of a kind, or of all, those used most first; none for whoever may not use them. */
export const templatesOf = (tenantId: string, memberId: string | null, kind: TemplateKind | null): Statement => ({
  text: `
select ${COLUMNS} from ${TABLE} t, (select coalesce($2::uuid, platform.current_member()) as id) m
where t.tenant_id = $1 and t.member_id = m.id and ($3::text is null or t.kind = $3) and clinic.may_use_templates($1, m.id)
order by t.uses desc, t.updated_at desc, t.id`,
  values: [tenantId, memberId, kind],
});

/** A template of the caller, locked. */
export const lockOwn = (tenantId: string, id: string): Statement => ({ text: `select ${COLUMNS} from ${TABLE} t where t.tenant_id = $1 and t.id = $2 and t.member_id = platform.current_member() for update`, values: [tenantId, id] });

/** A template of the caller, or of the doctor of a prescription. */
export const templateFor = (tenantId: string, id: string, prescriptionId: string): Statement => ({
  text: `
select ${COLUMNS} from ${TABLE} t
where t.tenant_id = $1 and t.id = $2 and (t.member_id = platform.current_member() or t.member_id = (select p.doctor_id from clinic.prescriptions p where p.tenant_id = $1 and p.id = $3)) for no key update`,
  values: [tenantId, id, prescriptionId],
});

export const insertTemplate = (tenantId: string, keys: ScopeKeys, id: string, kind: TemplateKind, content: TemplateContent): Statement =>
  ({ text: `insert into ${TABLE} as t (tenant_id, id, kind, content) values ($1, $2, $3, $4) returning ${COLUMNS}`, values: [tenantId, id, kind, seal(keys, id, content)] });

export const updateTemplate = (tenantId: string, keys: ScopeKeys, id: string, content: TemplateContent): Statement =>
  ({ text: `update ${TABLE} t set content = $3, updated_at = now(), version = t.version + 1 where t.tenant_id = $1 and t.id = $2 returning ${COLUMNS}`, values: [tenantId, id, seal(keys, id, content)] });

export const countUse = (tenantId: string, id: string): Statement => ({ text: `update ${TABLE} t set uses = t.uses + 1 where t.tenant_id = $1 and t.id = $2`, values: [tenantId, id] });

export const deleteTemplate = (tenantId: string, id: string): Statement => ({ text: `delete from ${TABLE} t where t.tenant_id = $1 and t.id = $2`, values: [tenantId, id] });

/** How many of a kind the caller keeps. */
export const countOwn = (tenantId: string, kind: TemplateKind): Statement =>
  ({ text: `select count(*)::integer as count from ${TABLE} t where t.tenant_id = $1 and t.member_id = platform.current_member() and t.kind = $2`, values: [tenantId, kind] });

/** The rows of a statement, as what they are. */
export const templateRows = (rows: Row[] | undefined): TemplateRow[] => (rows ?? []) as unknown as TemplateRow[];

/** Opens what a template holds. */
export const openTemplate = (keys: ScopeKeys, { id, content }: TemplateRow): TemplateContent => keys.open<TemplateContent>(TABLE, id, 'content', content);

/** A template, for whoever may use it. */
export function toTemplate(keys: ScopeKeys, row: TemplateRow): PrescriptionTemplate {
  const kept = openTemplate(keys, row);
  return { id: row.id, kind: row.kind, name: kept.name, owner: { id: row.member_id }, uses: row.uses, updatedAt: row.updated_at, version: row.version, kept };
}

const seal = (keys: ScopeKeys, id: string, content: TemplateContent): Buffer => keys.seal(TABLE, id, 'content', content);
