import { Injectable } from '@nestjs/common';
import { Keyring } from '../platform/crypto/keyring.js';
import type { Row, Statement } from '../platform/database/statement-group.js';
import { ageOn, monthsOn } from './birth-date.js';
import { formatMrn } from './mrn.js';
import type { Sex } from './patient.enums.js';
import type { Identity } from './patient-identity.js';

/** Who a patient was on a day, as a paper names them. The age is in completed years and, for who is known to be under two, months; null when nobody said. */
export interface PatientSnapshot {
  id: string;
  mrn: string;
  nameEn: string | null;
  nameBn: string | null;
  sex: Sex;
  age: { years: number; months: number | null; estimated: boolean } | null;
}

/** What of a patient matters to what they can be given; the age in completed months, at least and at most, null when nobody said. */
export interface PatientTraits {
  sex: Sex;
  months: { least: number; most: number } | null;
}

const MONTHS_TOLD = 24;

/** Tells other modules who a patient is, for a paper that names them. */
@Injectable()
export class PatientSnapshots {
  constructor(private readonly keyring: Keyring) {}

  /** Asks of a patient. */
  ask(tenantId: string, patientId: string): Statement {
    return { text: 'select p.id, p.mrn, p.identity from clinic.patients p where p.tenant_id = $1 and p.id = $2', values: [tenantId, patientId] };
  }

  /** What of them matters on the clinic-local day `day` (yyyy-mm-dd); `rows` are the answer to what `ask` had sent. */
  async traits(tenantId: string, [row]: Row[], day: string): Promise<PatientTraits> {
    const { id, identity } = row as unknown as { id: string; identity: Buffer };
    const { sex, birth } = (await this.keyring.of(tenantId, [identity])).open<Identity>('clinic.patients', id, 'identity', identity);
    return { sex, months: birth ? monthsOn(birth, day) : null };
  }

  /** Who they are on the clinic-local day `day` (yyyy-mm-dd); `rows` are the answer to what `ask` had sent. */
  async answer(tenantId: string, [row]: Row[], day: string): Promise<PatientSnapshot> {
    const { id, mrn, identity } = row as unknown as { id: string; mrn: string; identity: Buffer };
    const { nameEn, nameBn, sex, birth } = (await this.keyring.of(tenantId, [identity])).open<Identity>('clinic.patients', id, 'identity', identity);
    if (!birth) return { id, mrn: formatMrn(Number(mrn)), nameEn, nameBn, sex, age: null };
    const { most } = monthsOn(birth, day);
    return { id, mrn: formatMrn(Number(mrn)), nameEn, nameBn, sex, age: { ...ageOn(birth, day), months: birth.precision === 'DAY' && most < MONTHS_TOLD ? most : null } };
  }
}
