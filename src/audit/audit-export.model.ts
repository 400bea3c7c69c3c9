import { Field, InputType, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { Type } from 'class-transformer';
import { ValidateNested } from 'class-validator';
import { Classified } from '../platform/access/classification.js';
import { DateTimeScalar, UuidScalar } from '../platform/graphql/scalars.js';
import { AuditFilter } from './audit.inputs.js';

/** The formats of an export. */
export const AuditExportFormat = { CSV: 'CSV', FHIR_NDJSON: 'FHIR_NDJSON', FHIR_BUNDLE: 'FHIR_BUNDLE' } as const;
export type ExportFormat = keyof typeof AuditExportFormat;
registerEnumType(AuditExportFormat, {
  name: 'AuditExportFormat',
  description: 'How an export of the audit trail is written.',
  valuesMap: {
    CSV: { description: 'A table for spreadsheets: CSV (RFC 4180) in UTF-8 with a byte order mark, one line for each entry.' },
    FHIR_NDJSON: { description: 'FHIR R4 AuditEvent resources, one JSON object on each line (application/fhir+ndjson).' },
    FHIR_BUNDLE: { description: 'One FHIR R4 Bundle of type collection with an AuditEvent for each entry (application/fhir+json).' },
  },
});

/** The languages of a CSV file's headings. */
export const AuditExportLanguage = { EN: 'EN', BN: 'BN' } as const;
registerEnumType(AuditExportLanguage, {
  name: 'AuditExportLanguage',
  description: 'The language of the headings of a CSV file.',
  valuesMap: { EN: { description: 'English.' }, BN: { description: 'Bangla.' } },
});

@InputType({ description: 'Which entries to export, and how.' })
export class PrepareAuditExportInput {
  @Field(() => AuditFilter, { description: 'The conditions; none for the whole trail.' })
  @ValidateNested()
  @Type(() => AuditFilter)
  filter: AuditFilter;

  @Field(() => AuditExportFormat, { description: 'How it is written.' })
  format: ExportFormat;

  @Field(() => AuditExportLanguage, { defaultValue: 'EN', description: 'Language of the headings of a CSV file; the other formats have none.' })
  language: keyof typeof AuditExportLanguage;
}

@ObjectType({ description: 'An export that can be fetched: a set of entries that no later entry joins.' })
@Classified('trail')
export class AuditExport {
  @Field(() => UuidScalar, { description: 'Id.' })
  @Classified('technical')
  id: string;

  @Field({ description: 'Where to GET it, with the same session: a path of this server.' })
  @Classified('technical')
  path: string;

  @Field(() => Int, { description: 'How many entries it holds.' })
  expectedEntries: number;

  @Field(() => UuidScalar, { nullable: true, description: 'The highest id among them; null when there are none.' })
  highestEntryId: string | null;

  @Field(() => DateTimeScalar, { description: 'Until when it can be fetched, once or more.' })
  @Classified('technical')
  expiresAt: Date;
}
