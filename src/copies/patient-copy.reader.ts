import { Injectable } from '@nestjs/common';
import { validate as isUuid } from 'uuid';
import type { Ctx } from '../platform/context/ctx.js';
import { Keyring, type ScopeKeys } from '../platform/crypto/keyring.js';
import type { Row } from '../platform/database/statement-group.js';
import { TenantDb } from '../platform/database/tenant-db.js';
import { forbidden, notFound } from '../platform/errors.js';
import { mrnText } from '../patients/patient.model.js';
import { PatientsReader } from '../patients/patients.reader.js';
import { type Country, PracticeCountries } from '../tenants/practice-countries.reader.js';
import { type CopySection, copySections, idsOf, rowsOf } from './copy-sections.js';

/** How many rows are read at a time. */
const PART = 200;

/** A name in both scripts. */
export interface Name {
  nameEn: string | null;
  nameBn: string | null;
}

/** A row of a section as it is in the copy: its columns in camel case, save the tenant, with sealed ones opened. */
export type CopyRecord = Record<string, unknown> & { id: string };

/** Everything that a copy holds, save the records of its sections: they are read part by part while it is written. */
export interface PatientCopy {
  madeAt: Date;
  madeById: string;
  practice: { id: string; name: string; country: Country };
  patient: CopyRecord & { identity: Name; mrn: string };
  sections: ReadonlyArray<{ section: CopySection; ids: string[] }>;
  members: ReadonlyMap<string, Name>;
  chambers: ReadonlyMap<string, string>;
  /** Other patients whom the records name. */
  patients: ReadonlyMap<string, Name & { mrn: string }>;
}

interface Found {
  id: string;
  members: string[];
  patients: string[];
}

const PATIENT = 'select p.* from clinic.patients p where p.tenant_id = $1 and p.id = $2';
const PRACTICE = 'select t.name from clinic.tenants t where t.id = $1';
const CHAMBERS = 'select c.id, c.name from clinic.chambers c where c.tenant_id = $1';
const MERGED_INTO = 'select d.id from clinic.patients d where d.tenant_id = $1 and d.merged_into = $2';
const MEMBERS = 'select m.id, m.profile from clinic.members m where m.tenant_id = $1 and m.id = any ($2::uuid[])';

/** Reads everything that is held of one patient. What a copy will hold is fixed, and named in the audit entry, before any of it leaves. */
@Injectable()
export class PatientCopyReader {
  constructor(
    private readonly db: TenantDb,
    private readonly keyring: Keyring,
    private readonly patients: PatientsReader,
    private readonly countries: PracticeCountries,
  ) {}

  /** Whose record it is, under which ids (its own, and those of records that were merged into it), where, and the chambers of the practice. Needs patients:read besides the route's own permission; rejects with NOT_FOUND. */
  async whose(ctx: Ctx, patientId: string): Promise<{ practice: PatientCopy['practice']; patient: Name & { id: string; mrn: string }; chambers: PatientCopy['chambers']; ids: string[] }> {
    if (!isUuid(patientId)) throw notFound();
    const id = patientId.toLowerCase();
    const { tenantId } = ctx;
    const [practices, chambers, merged, ...rest] = await this.db.read(ctx,
      { text: PRACTICE, values: [tenantId] }, { text: CHAMBERS, values: [tenantId] }, { text: MERGED_INTO, values: [tenantId, id] }, ...this.patients.toFind(tenantId, [id]));
    if (!ctx.holds('patients:read')) throw forbidden('patients:read');
    const found = (await this.patients.found(ctx, rest)).get(id);
    if (!found) throw notFound();
    const { nameEn, nameBn } = found.identity;
    ctx.disclose('patient', id, id);
    const ids = [id, ...merged!.map((one) => one['id'] as string)];
    return { ids, practice: practiceOf(tenantId, practices!, found.country), patient: { id, mrn: mrnText(found.row.mrn), nameEn, nameBn }, chambers: chambersOf(chambers!) };
  }

  /** Which records a copy of this patient holds, and all whom they name. Two round trips. Needs patients:read and patients:read-clinical besides the route's own; rejects with NOT_FOUND. */
  async prepare(ctx: Ctx, patientId: string): Promise<PatientCopy> {
    if (!isUuid(patientId)) throw notFound();
    const id = patientId.toLowerCase();
    const { tenantId } = ctx;
    const own = [tenantId, id];
    const [patients, practices, chambers, ...rest] = await this.db.read(ctx,
      { text: PATIENT, values: own }, { text: PRACTICE, values: [tenantId] }, { text: CHAMBERS, values: [tenantId] },
      ...copySections.map((section) => ({ text: idsOf(section), values: own })), ...this.countries.ask(tenantId));
    for (const permission of ['patients:read', 'patients:read-clinical'] as const) if (!ctx.holds(permission)) throw forbidden(permission);
    const [row] = patients!;
    if (!row) throw notFound();
    const country = this.countries.answer(tenantId, rest[copySections.length]);
    const keys = await this.keyring.of(tenantId, [row['identity'] as Buffer, row['clinical'] as Buffer]);
    const found = copySections.map((section, index) => ({ section, rows: rest[index] as unknown as Found[] }));
    const rows = found.flatMap((one) => one.rows);
    const memberIds = [...new Set([row['registered_by'] as string, ...rows.flatMap(({ members }) => members), ctx.member.memberId])];
    const others = [...new Set(rows.flatMap((one) => one.patients))].filter((other) => other !== id);
    const [members, ...relatives] = await this.db.read(ctx, { text: MEMBERS, values: [tenantId, memberIds] }, ...this.patients.toFind(tenantId, others));

    ctx.disclose('patient', id, id);
    ctx.disclose('patient-clinical', id, id);
    for (const { section, rows: named } of found) for (const one of named) ctx.disclose(section.recordType, one.id, id);
    memberIds.forEach((member) => ctx.disclose('member', member));
    others.forEach((other) => ctx.disclose('relative', other, other));
    chambers!.forEach((chamber) => ctx.disclose('chamber', chamber['id'] as string));
    return {
      madeAt: new Date(),
      madeById: ctx.member.memberId,
      practice: practiceOf(tenantId, practices!, country),
      patient: copyRecord(keys, { table: 'clinic.patients', sealed: ['identity', 'clinical'] }, row) as PatientCopy['patient'],
      sections: found.map(({ section, rows: named }) => ({ section, ids: named.map((one) => one.id) })),
      members: await this.#names(tenantId, members!),
      chambers: chambersOf(chambers!),
      patients: new Map([...await this.patients.found(ctx, relatives)].map(([other, { row: { mrn }, identity: { nameEn, nameBn } }]) => [other, { mrn: mrnText(mrn), nameEn, nameBn }])),
    };
  }

  /** The records of a section in their order, a part in each round trip. */
  async *records(ctx: Ctx, { section, ids }: PatientCopy['sections'][number]): AsyncGenerator<CopyRecord[]> {
    for (let at = 0; at < ids.length; at += PART) {
      const part = ids.slice(at, at + PART);
      const [rows] = await this.db.read(ctx, { text: rowsOf(section), values: [ctx.tenantId, part] });
      const keys = await this.keyring.of(ctx.tenantId, rows!.flatMap((row) => section.sealed.flatMap((column) => (row[column] as Buffer | null) ?? [])));
      const byId = new Map(rows!.map((row) => [row['id'] as string, copyRecord(keys, section, row)]));
      yield part.flatMap((id) => byId.get(id) ?? []);
    }
  }

  async #names(tenantId: string, rows: Row[]): Promise<Map<string, Name>> {
    const profiles = rows as unknown as Array<{ id: string; profile: Buffer }>;
    const keys = await this.keyring.of(tenantId, profiles.map(({ profile }) => profile));
    return new Map(profiles.map(({ id, profile }) => {
      const { nameEn, nameBn } = keys.open<Name>('clinic.members', id, 'profile', profile);
      return [id, { nameEn, nameBn }];
    }));
  }
}

const practiceOf = (id: string, [row]: Row[], country: Country): PatientCopy['practice'] => ({ id, name: row!['name'] as string, country });

const chambersOf = (rows: Row[]): Map<string, string> => new Map(rows.map(({ id, name }) => [id as string, name as string]));

function copyRecord(keys: ScopeKeys, { table, sealed, withheld = {}, hashes = [] }: Pick<CopySection, 'table' | 'sealed' | 'withheld' | 'hashes'>, row: Row): CopyRecord {
  const id = row['id'] as string;
  const opened = (column: string, value: Buffer): unknown => {
    const parts = withheld[column];
    if (parts === 'ALL') return null;
    const content = keys.open<object>(table, id, column, value);
    return parts ? Object.fromEntries(Object.entries(content).filter(([part]) => !parts.includes(part))) : content;
  };
  const valueOf = (column: string, value: unknown): unknown => {
    if (sealed.includes(column) && value !== null) return opened(column, value as Buffer);
    if (column === 'mrn') return mrnText(value as string);
    return column === 'size' ? Number(value) : value;
  };
  const fields = Object.entries(row).filter(([column]) => column !== 'tenant_id' && !hashes.includes(column)).map(([column, value]) => [camelCase(column), valueOf(column, value)]);
  return { ...Object.fromEntries(fields), id } as CopyRecord;
}

const camelCase = (column: string): string => column.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
