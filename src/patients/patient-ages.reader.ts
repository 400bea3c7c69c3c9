import { Injectable } from '@nestjs/common';
import { Keyring } from '../platform/crypto/keyring.js';
import type { Row, Statement } from '../platform/database/statement-group.js';
import { PracticeCountries, dayIn } from '../tenants/practice-countries.reader.js';
import { monthsOn } from './birth-date.js';
import type { Identity } from './patient-identity.js';

/** How old a patient was at an instant, in completed months: at least and at most. False when they were not born yet. */
export type AgeAt = (instant: Date) => { least: number; most: number } | false;

/** Tells other modules how old a patient is or was, and nothing else of who they are. */
@Injectable()
export class PatientAges {
  constructor(
    private readonly keyring: Keyring,
    private readonly countries: PracticeCountries,
  ) {}

  /** What to send along, after the other statements. */
  ask(tenantId: string): Statement[] {
    return this.countries.ask(tenantId);
  }

  /** The age of a patient whose row was read; `practice` is the answer to what `ask` had sent along. Who has not told may be of any age. */
  async answer(tenantId: string, { id, identity }: { id: string; identity: Buffer }, [practice]: Row[][]): Promise<AgeAt> {
    const country = this.countries.answer(tenantId, practice);
    const { birth } = (await this.keyring.of(tenantId, [identity])).open<Identity>('clinic.patients', id, 'identity', identity);
    return (instant) => {
      if (!birth) return { least: 0, most: Infinity };
      const day = dayIn(country, instant);
      return birth.precision !== 'AGE_ESTIMATE' && day < birth.date ? false : monthsOn(birth, day);
    };
  }
}
