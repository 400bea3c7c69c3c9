import { Args, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { Can } from '../platform/access/can.decorator.js';
import { Classified } from '../platform/access/classification.js';
import type { Ctx } from '../platform/context/ctx.js';
import { CurrentCtx } from '../platform/context/request-context.js';
import { loadBatched } from '../platform/database/load-batched.js';
import { type Page, PageArgs, pageOf } from '../platform/graphql/connection.js';
import { UuidScalar } from '../platform/graphql/scalars.js';
import { Patient, PatientClinical, toClinical } from '../patients/patient.model.js';
import { CreatePatientImportInput, MapPatientImportInput, PatientImportLinesArgs } from './import.inputs.js';
import {
  PatientImport, PatientImportColumn, PatientImportConnection, PatientImportLine, PatientImportLineConnection, PatientSourceId, toImport, toLine, toSamples,
} from './import.model.js';
import { ImportsReader } from './imports.reader.js';
import { ImportsService } from './imports.service.js';

const ID = { type: () => UuidScalar, description: 'Id of the import.' };

@Resolver(() => PatientImport)
export class ImportsResolver {
  constructor(
    private readonly reader: ImportsReader,
    private readonly service: ImportsService,
  ) {}

  @Query(() => PatientImport, { description: 'One import; ask again to follow its progress. Needs patients:import. Errors: NOT_FOUND.' })
  @Can('patients:import')
  async patientImport(@CurrentCtx() ctx: Ctx, @Args('id', ID) id: string): Promise<PatientImport> {
    return toImport(await this.reader.get(ctx, id));
  }

  @Query(() => PatientImportConnection, { description: 'The imports of the practice, the newest first. Needs patients:import. Errors: BAD_USER_INPUT.' })
  @Can('patients:import')
  async patientImports(@CurrentCtx() ctx: Ctx, @Args() args: PageArgs): Promise<Page<PatientImport>> {
    const records = await this.reader.page(ctx, args);
    return pageOf(records.map(toImport), args, () => this.reader.count(ctx));
  }

  @Mutation(() => PatientImport, { description: 'Begins an import of patients; then send the file to `filePath`. Needs patients:import. Errors: BAD_USER_INPUT.' })
  @Can('patients:import', 'CREATED')
  async createPatientImport(@CurrentCtx() ctx: Ctx, @Args('input', { description: 'The file.' }) input: CreatePatientImportInput): Promise<PatientImport> {
    return toImport(await this.service.create(ctx, input));
  }

  @Mutation(() => PatientImport, { description: 'Says what the columns are for, and has every line checked; nothing is registered yet. Can be repeated until the import is started. Needs patients:import, patients:edit-clinical for medical columns, and patients:read-clinical for columns that hold, or were mapped to, something medical, and for those of which that is not known unless the caller sent the file. Errors: NOT_FOUND, CONFLICT (see `actions`), BAD_USER_INPUT (all faults at once).' })
  @Can('patients:import', 'UPDATED')
  async mapPatientImport(@CurrentCtx() ctx: Ctx, @Args('id', ID) id: string, @Args('input', { description: 'How the file is to be read.' }) input: MapPatientImportInput): Promise<PatientImport> {
    return toImport(await this.service.map(ctx, id, input));
  }

  @Mutation(() => PatientImport, { description: 'Registers the patients of the lines without faults, in the background and in the caller’s session: when that ends, the import is INTERRUPTED. A line that turns out faulty meanwhile (somebody else got its identifier) is left out and told. Needs patients:import, and patients:edit-clinical for medical columns. Errors: NOT_FOUND, CONFLICT (see `actions`; `extensions.reason`: FAULTY_LINES, NOTHING_TO_IMPORT, ANOTHER_IS_RUNNING).' })
  @Can('patients:import', 'UPDATED')
  async startPatientImport(@CurrentCtx() ctx: Ctx, @Args('id', ID) id: string,
    @Args('skipFaulty', { defaultValue: false, description: 'Whether to leave lines with faults out; otherwise they prevent the start.' }) skipFaulty: boolean): Promise<PatientImport> {
    return toImport(await this.service.start(ctx, id, skipFaulty));
  }

  @Mutation(() => PatientImport, { description: 'Goes on with an interrupted import where it stopped, in the caller’s session. No line is imported twice. Needs patients:import, and patients:edit-clinical for medical columns. Errors: NOT_FOUND, CONFLICT (see `actions`; `extensions.reason`: ANOTHER_IS_RUNNING).' })
  @Can('patients:import', 'UPDATED')
  async resumePatientImport(@CurrentCtx() ctx: Ctx, @Args('id', ID) id: string): Promise<PatientImport> {
    return toImport(await this.service.resume(ctx, id));
  }

  @Mutation(() => PatientImport, { description: 'Ends an import before its time. Patients who were imported by then stay; what the other lines held is removed. Needs patients:import. Errors: NOT_FOUND, CONFLICT (it has ended).' })
  @Can('patients:import', 'UPDATED')
  async cancelPatientImport(@CurrentCtx() ctx: Ctx, @Args('id', ID) id: string): Promise<PatientImport> {
    return toImport(await this.service.cancel(ctx, id));
  }
}

@Resolver(() => PatientImportColumn)
export class ImportColumnsResolver {
  constructor(private readonly reader: ImportsReader) {}

  @ResolveField(() => [String], { nullable: true, description: 'Up to three of its cells, from the first lines. A column can hold anything, so this needs patients:read-clinical; without it this field alone is null, with an error FORBIDDEN, and the rest is answered.' })
  @Can('patients:read-clinical')
  @Classified('clinical')
  async samples(@CurrentCtx() ctx: Ctx, @Parent() { number, record }: PatientImportColumn): Promise<string[]> {
    return toSamples(record, number, await loadBatched(ctx, this.reader.firstLines, record.row.id));
  }
}

@Resolver(() => PatientImportLine)
export class ImportLinesResolver {
  constructor(private readonly reader: ImportsReader) {}

  @Query(() => PatientImportLineConnection, { description: 'The lines of an import, in the order of the file: what each would become, and what is wrong with it. Its `totalCount` is that of all lines, or of the faulty ones. Needs patients:import. Errors: NOT_FOUND, BAD_USER_INPUT.' })
  @Can('patients:import')
  async patientImportLines(@CurrentCtx() ctx: Ctx, @Args() args: PatientImportLinesArgs): Promise<Page<PatientImportLine>> {
    const { of: { row }, lines } = await this.reader.lines(ctx, args);
    return pageOf(lines.map(toLine), args, async () => (args.onlyFaults ? row.faulty : row.total));
  }

  @ResolveField(() => PatientClinical, { nullable: true, description: 'What is medical about the patient as it would be registered; null when the line has faults, and once the import has ended. Needs patients:read-clinical; without it this field alone is null, with an error FORBIDDEN, and the rest is answered.' })
  @Can('patients:read-clinical')
  @Classified('clinical')
  clinical(@Parent() { clinicalDraft }: PatientImportLine): PatientClinical | null {
    return clinicalDraft && toClinical(clinicalDraft);
  }
}

@Resolver(() => Patient)
export class PatientSourceIdsResolver {
  constructor(private readonly reader: ImportsReader) {}

  @ResolveField(() => [PatientSourceId], { description: 'The numbers that the patient had in the lists or software they were imported from. Needs patients:read.' })
  @Can('patients:read')
  @Classified('patient')
  async sourceIds(@CurrentCtx() ctx: Ctx, @Parent() { id }: Patient): Promise<PatientSourceId[]> {
    return (await loadBatched(ctx, this.reader.sourceIds, id)) ?? [];
  }
}
