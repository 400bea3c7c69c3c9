import { Readable } from 'node:stream';
import { Injectable, type StreamableFile } from '@nestjs/common';
import { validateSync } from 'class-validator';
import { IncidentInput, type IncidentPatient } from '../audit/incident.model.js';
import { IncidentReader } from '../audit/incident.reader.js';
import type { Ctx } from '../platform/context/ctx.js';
import { TenantDb } from '../platform/database/tenant-db.js';
import { badInput, forbidden } from '../platform/errors.js';
import { fileAnswer } from '../platform/http/file-answer.js';
import { mrnText } from '../patients/patient.model.js';
import { PatientsReader } from '../patients/patients.reader.js';
import { MemberNames } from '../tenants/member-names.reader.js';
import { PracticeCountries, todayIn } from '../tenants/practice-countries.reader.js';
import { type IncidentHead, type NamedPatient, incidentAsCsv, incidentAsHtml, incidentAsJson } from './incident-report.js';
import type { IncidentFormat, IncidentQuery } from './incidents.inputs.js';

/** How many patients are named at a time. */
const PART = 200;
const PRACTICE = 'select t.name from clinic.tenants t where t.id = $1';
const types: Record<IncidentFormat, string> = { html: 'text/html; charset=utf-8', json: 'application/json; charset=utf-8', csv: 'text/csv; charset=utf-8' };

/** The document that a practice needs when something has happened: which patients it concerns. Every patient in it is named in the trail before its first byte leaves. */
@Injectable()
export class IncidentsService {
  constructor(
    private readonly db: TenantDb,
    private readonly incidents: IncidentReader,
    private readonly patients: PatientsReader,
    private readonly members: MemberNames,
    private readonly countries: PracticeCountries,
  ) {}

  /** The report of an incident as one file; BAD_USER_INPUT, NOT_FOUND (the member). */
  async report(ctx: Ctx, { format, language, ...terms }: IncidentQuery): Promise<StreamableFile> {
    const incident = incidentOf(terms);
    const [practices, countries] = await this.db.read(ctx, { text: PRACTICE, values: [ctx.tenantId] }, ...this.countries.ask(ctx.tenantId));
    for (const permission of ['audit:read', 'patients:read'] as const) if (!ctx.holds(permission)) throw forbidden(permission);
    const country = this.countries.answer(ctx.tenantId, countries);
    const concerned = (await this.incidents.all(ctx, incident)).sort((a, b) => Number(b.affected) - Number(a.affected));
    concerned.forEach(({ id }) => ctx.disclose('patient', id, id));
    const head: IncidentHead = {
      madeAt: new Date(), madeBy: ctx.member.memberName, practice: { id: ctx.tenantId, name: practices![0]!['name'] as string, country }, incident,
      member: incident.memberId ? (await this.members.of(ctx, incident.memberId)).nameEn : null,
    };
    const affected = concerned.filter((patient) => patient.affected).length;
    const counted = { affected, tried: concerned.length - affected };
    const named = this.#named(ctx, concerned);
    const pieces = { html: () => incidentAsHtml(head, language, counted, named), json: () => incidentAsJson(head, language, counted, named), csv: () => incidentAsCsv(head, language, named) }[format]();
    return fileAnswer({ stream: Readable.from(pieces, { objectMode: false }), type: types[format], name: `incident-${todayIn(country)}.${format}`, inline: format === 'html' });
  }

  async *#named(ctx: Ctx, concerned: readonly IncidentPatient[]): AsyncGenerator<NamedPatient[]> {
    for (let at = 0; at < concerned.length; at += PART) {
      const part = concerned.slice(at, at + PART);
      const found = await this.patients.found(ctx, await this.db.read(ctx, ...this.patients.toFind(ctx.tenantId, part.map(({ id }) => id))));
      yield part.map((patient) => {
        const record = found.get(patient.id);
        return { ...patient, mrn: record ? mrnText(record.row.mrn) : '', nameEn: record?.identity.nameEn ?? null, nameBn: record?.identity.nameBn ?? null };
      });
    }
  }
}

// What GraphQL reads for the query of the same incident is read here from an address, and held to the same rules.
function incidentOf({ from, to, ...terms }: Omit<IncidentQuery, 'format' | 'language'>): IncidentInput {
  const incident = Object.assign(new IncidentInput(), terms, { from: new Date(from), to: new Date(to) });
  // Some of what ISO 8601 allows, such as years before 1, is no instant here.
  const unread = (['from', 'to'] as const).filter((field) => Number.isNaN(incident[field].getTime()));
  if (unread.length) throw badInput(unread.map((field) => ({ path: [field], reason: 'IS_ISO8601' })));
  const faults = validateSync(incident);
  if (faults.length) throw badInput(faults.map(({ property }) => ({ path: [property], reason: property === 'to' ? 'BEFORE_FROM' : 'IS_ADDRESS_OR_RANGE' })));
  return incident;
}
