import { ArgsType, Field, InputType, Int } from '@nestjs/graphql';
import { PageArgs } from '../platform/graphql/connection.js';
import { LocalDateScalar, UuidScalar } from '../platform/graphql/scalars.js';
import type { DateOrder as Order } from './birth-cell.js';
import type { DelimiterName } from './csv-records.js';
import type { ImportField } from './import-fields.js';
import { DateOrder, PatientImportDelimiter, PatientImportEncoding, PatientImportField } from './import.enums.js';

// What the values must be is decided in imports.service.ts, which names all faults at once.

@InputType({ description: 'A file of patients to import.' })
export class CreatePatientImportInput {
  @Field({ description: 'Name of the file, to know it by; up to 255 characters. Reasons of faults: EMPTY, TOO_LONG, CONTROL_CHARACTER, BIDIRECTIONAL_CONTROL.' })
  fileName: string;

  @Field(() => String, { nullable: true, description: 'The list or software that the file comes from, up to 100 characters: source ids are unique within it. Send the same name with every file of one software. Reasons of faults as in `fileName`.' })
  source?: string | null;

  @Field(() => PatientImportDelimiter, { nullable: true, description: 'What stands between the cells; told from the file unless given.' })
  delimiter?: DelimiterName | null;
}

@InputType({ description: 'What one column is for.' })
export class PatientImportColumnInput {
  @Field(() => Int, { description: 'Number of the column, from 1. Reasons of faults: NO_SUCH_COLUMN, DUPLICATE.' })
  column: number;

  @Field(() => PatientImportField, { description: 'What it is for. Reason of a fault: DUPLICATE.' })
  field: ImportField;
}

@InputType({ description: 'How a file is to be read.' })
export class MapPatientImportInput {
  @Field(() => [PatientImportColumnInput], { description: 'The columns to import; the others are left out. A name must be among them (NAME_REQUIRED).' })
  columns: PatientImportColumnInput[];

  @Field(() => DateOrder, { nullable: true, description: 'The order of dates of three numbers; the suggested one unless given.' })
  dateOrder?: Order | null;

  @Field(() => String, { nullable: true, description: 'Country of telephones without a country code, and of addresses: BD or AE; the practice’s unless given. Reason of a fault: NOT_A_COUNTRY.' })
  defaultCountry?: string | null;

  @Field(() => PatientImportEncoding, { defaultValue: 'UTF_8', description: 'What lines that are no UTF-8 are.' })
  encoding: PatientImportEncoding;

  @Field(() => Boolean, { nullable: true, description: 'Whether the first line holds headings; as suggested unless given.' })
  hasHeader?: boolean | null;

  @Field(() => LocalDateScalar, { nullable: true, description: 'The day on which the ages in the file were stated, such as the day of its export: they are counted on to today. Today unless given. Reason of a fault: FUTURE.' })
  agesAsOf?: string | null;
}

@ArgsType()
export class PatientImportLinesArgs extends PageArgs {
  @Field(() => UuidScalar, { description: 'Id of the import.' })
  importId: string;

  @Field({ defaultValue: false, description: 'Only lines with faults.' })
  onlyFaults: boolean = false;
}
