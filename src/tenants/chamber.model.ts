import { Field, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { Classified } from '../platform/access/classification.js';
import { DateTimeScalar, UuidScalar } from '../platform/graphql/scalars.js';

export enum ChamberLocale {
  bn_BD = 'bn-BD',
  en_BD = 'en-BD',
  en_AE = 'en-AE',
  ar_AE = 'ar-AE',
}
registerEnumType(ChamberLocale, {
  name: 'ChamberLocale',
  description: 'Language and customs of a chamber’s papers.',
  valuesMap: {
    bn_BD: { description: 'Bangla, Bangladesh.' },
    en_BD: { description: 'English, Bangladesh.' },
    en_AE: { description: 'English, United Arab Emirates.' },
    ar_AE: { description: 'Arabic, United Arab Emirates.' },
  },
});

@ObjectType({ description: 'A place where doctors of the practice see patients.' })
@Classified('practice')
export class Chamber {
  @Field(() => UuidScalar, { description: 'Id; sent as the header `x-sinduk-chamber`, it chooses the chamber to work in.' })
  id: string;

  @Field({ description: 'Name.' })
  name: string;

  @Field({ description: 'IANA time zone, such as Asia/Dhaka; the chamber’s days are those of this zone.' })
  timeZone: string;

  @Field(() => ChamberLocale, { description: 'Language and customs of its papers.' })
  locale: ChamberLocale;

  @Field({ description: 'Postal address; empty when not given.' })
  address: string;

  @Field({ description: 'What its receipt numbers begin with. It never changes.' })
  receiptPrefix: string;

  @Field({ description: 'Whether it is closed on the public holidays of its country, unless its own calendar says otherwise: see `observeHolidays`.' })
  observesHolidays: boolean;

  @Field({ description: 'Whether it was archived: it stays readable and takes nobody new.' })
  archived: boolean;

  @Field(() => DateTimeScalar, { description: 'When it was added.' })
  createdAt: Date;

  @Field(() => Int, { description: 'Counts the edits; pass it to `editChamber` or `archiveChamber`.' })
  version: number;
}

/** A row of clinic.chambers. */
export interface ChamberRow {
  id: string;
  name: string;
  time_zone: string;
  locale: ChamberLocale;
  address: string;
  receipt_prefix: string;
  observes_holidays: boolean;
  archived_at: Date | null;
  created_at: Date;
  version: number;
}

/** The columns of a ChamberRow. */
export const CHAMBER_COLUMNS = 'c.id, c.name, c.time_zone, c.locale, c.address, c.receipt_prefix, c.observes_holidays, c.archived_at, c.created_at, c.version';

/** A chamber as its practice's members see it. */
export const toChamber = (row: ChamberRow): Chamber => ({
  id: row.id, name: row.name, timeZone: row.time_zone, locale: row.locale, address: row.address,
  receiptPrefix: row.receipt_prefix, observesHolidays: row.observes_holidays, archived: row.archived_at !== null, createdAt: row.created_at, version: row.version,
});
