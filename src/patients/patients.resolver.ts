import { Args, Int, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { Can } from '../platform/access/can.decorator.js';
import { Classified } from '../platform/access/classification.js';
import type { Ctx } from '../platform/context/ctx.js';
import { CurrentCtx } from '../platform/context/request-context.js';
import { type Page, pageOf } from '../platform/graphql/connection.js';
import { UuidScalar } from '../platform/graphql/scalars.js';
import { EditPatientClinicalInput, EditPatientInput, FindPatientsArgs, PatientsArgs, PossibleDuplicatesInput, RegisterPatientInput, SearchPatientsArgs } from './patient.inputs.js';
import {
  Patient, PatientClinical, PatientConnection, PatientSaved, PatientSearch, PossibleDuplicate, PossibleDuplicates, toClinical, toIgnored, toPatient, toPossibleDuplicates,
} from './patient.model.js';
import { DuplicatesReader } from './duplicates.reader.js';
import { PatientSearchReader } from './patient-search.reader.js';
import { PatientsReader } from './patients.reader.js';
import { PatientsService, type Saved } from './patients.service.js';

const ID = { type: () => UuidScalar, description: 'Id of the patient.' };
const VERSION = { type: () => Int, description: 'The `version` that was read; another one answers CONFLICT.' };

@Resolver(() => Patient)
export class PatientsResolver {
  constructor(
    private readonly reader: PatientsReader,
    private readonly searching: PatientSearchReader,
    private readonly duplicates: DuplicatesReader,
    private readonly service: PatientsService,
  ) {}

  @Query(() => Patient, { description: 'One patient. Needs patients:read. Errors: NOT_FOUND.' })
  @Can('patients:read')
  async patient(@CurrentCtx() ctx: Ctx, @Args('id', ID) id: string): Promise<Patient> {
    return toPatient(ctx, await this.reader.get(ctx, id));
  }

  @Query(() => PatientConnection, { description: 'The patients, those registered last first. Needs patients:read. New registrations never shift a page. Errors: BAD_USER_INPUT.' })
  @Can('patients:read')
  async patients(@CurrentCtx() ctx: Ctx, @Args() args: PatientsArgs): Promise<Page<Patient>> {
    const records = await this.reader.page(ctx, args);
    return pageOf(records.map((record) => toPatient(ctx, record)), args, () => this.reader.count(ctx, args));
  }

  @Query(() => [Patient], { description: 'The patients, active or archived, that a key fits exactly, those registered last first; an empty list when there are none. For a record that was merged into a patient comes that patient: see `mergedRecords`. When as many come as `first`, there may be more: ask again with `after`. Needs patients:read. Errors: BAD_USER_INPUT.' })
  @Can('patients:read')
  async findPatients(@CurrentCtx() ctx: Ctx, @Args() args: FindPatientsArgs): Promise<Patient[]> {
    const records = await this.reader.find(ctx, args);
    return records.map((record) => toPatient(ctx, record));
  }

  @Query(() => PatientSearch, { description: 'The patients who fit what somebody types: other spellings, the other script and a slip of the finger are forgiven. Needs patients:read. Errors: BAD_USER_INPUT.' })
  @Can('patients:read')
  async searchPatients(@CurrentCtx() ctx: Ctx, @Args() args: SearchPatientsArgs): Promise<PatientSearch> {
    const { found, more } = await this.searching.search(ctx, args);
    return { found: found.map(({ record, by, mergedRecordId }) => ({ patient: toPatient(ctx, record), by, mergedRecordId })), hasMore: more };
  }

  @Query(() => PossibleDuplicates, { description: 'Whether somebody who is registered may be the person that is being typed: to warn before registering. Needs patients:register; who it may be is told to callers with patients:read. What cannot be read, such as half a number, is left out and no error: see `ignored`.' })
  @Can('patients:register')
  async possibleDuplicates(@CurrentCtx() ctx: Ctx, @Args('input', { description: 'What has been typed by now.' }) input: PossibleDuplicatesInput): Promise<PossibleDuplicates> {
    const { candidates, ignored } = await this.duplicates.ofInput(ctx, input);
    return { found: candidates.length > 0, candidates: toPossibleDuplicates(ctx, candidates), ignored: ignored.map(toIgnored) };
  }

  @ResolveField('possibleDuplicates', () => [PossibleDuplicate], { description: 'Who may be the same person, the likeliest first, at most 10; empty for a patient who was merged.' })
  @Can('patients:read')
  @Classified('patient')
  async duplicatesOfPatient(@CurrentCtx() ctx: Ctx, @Parent() { id }: Patient): Promise<PossibleDuplicate[]> {
    return toPossibleDuplicates(ctx, await this.duplicates.ofPatient(ctx, id)) ?? [];
  }

  @ResolveField(() => PatientClinical, { nullable: true, description: 'What is medical. Needs patients:read-clinical; without it this field alone is null, with an error FORBIDDEN, and the rest is answered.' })
  @Can('patients:read-clinical')
  @Classified('clinical')
  async clinical(@CurrentCtx() ctx: Ctx, @Parent() patient: Patient): Promise<PatientClinical> {
    return toClinical(await this.reader.clinical(ctx, patient));
  }

  @ResolveField(() => [Patient], { description: 'The records that were merged into this patient, directly or through others, those registered first first. The patient is found by what these were known by too.' })
  @Can('patients:read')
  @Classified('technical')
  async mergedRecords(@CurrentCtx() ctx: Ctx, @Parent() { id }: Patient): Promise<Patient[]> {
    return (await this.reader.mergedInto(ctx, id)).map((record) => toPatient(ctx, record));
  }

  @Mutation(() => PatientSaved, { description: 'Registers a patient. Needs patients:register. Errors: BAD_USER_INPUT (all faults at once), ALREADY_EXISTS (an identifier or id is taken; `params.patientId` names the holder to callers with patients:read), CONFLICT (the idempotency key was used for another request).' })
  @Can('patients:register', 'CREATED')
  async registerPatient(@CurrentCtx() ctx: Ctx, @Args('input', { description: 'The patient.' }) input: RegisterPatientInput): Promise<PatientSaved> {
    return toSaved(ctx, await this.service.register(ctx, input));
  }

  @Mutation(() => PatientSaved, { description: 'Changes who a patient is. Needs patients:edit and patients:read. Errors: NOT_FOUND, CONFLICT, BAD_USER_INPUT (all faults at once), ALREADY_EXISTS (an identifier is taken).' })
  @Can('patients:edit', 'UPDATED')
  async editPatient(@CurrentCtx() ctx: Ctx, @Args('id', ID) id: string, @Args('version', VERSION) version: number,
    @Args('input', { description: 'The changes.' }) input: EditPatientInput): Promise<PatientSaved> {
    return toSaved(ctx, await this.service.edit(ctx, id, version, input));
  }

  @Mutation(() => PatientSaved, { description: 'Changes what is medical of a patient. Needs patients:edit-clinical and patients:read. Errors: NOT_FOUND, CONFLICT, BAD_USER_INPUT.' })
  @Can('patients:edit-clinical', 'UPDATED')
  async editPatientClinical(@CurrentCtx() ctx: Ctx, @Args('id', ID) id: string, @Args('version', VERSION) version: number,
    @Args('input', { description: 'The changes.' }) input: EditPatientClinicalInput): Promise<PatientSaved> {
    return toSaved(ctx, await this.service.editClinical(ctx, id, version, input));
  }

  @Mutation(() => PatientSaved, { description: 'Takes a patient out of the everyday list; nothing is deleted. Needs patients:archive and patients:read. Errors: NOT_FOUND, CONFLICT (also when archived already), BAD_USER_INPUT.' })
  @Can('patients:archive', 'ARCHIVED')
  async archivePatient(@CurrentCtx() ctx: Ctx, @Args('id', ID) id: string, @Args('version', VERSION) version: number,
    @Args('reason', { description: 'Why, for the audit trail; one line of 1 to 500 characters.' }) reason: string): Promise<PatientSaved> {
    return toSaved(ctx, await this.service.setStatus(ctx, id, version, 'ARCHIVED', reason));
  }

  @Mutation(() => PatientSaved, { description: 'Takes an archived patient back into the everyday list. Needs patients:archive and patients:read. Errors: NOT_FOUND, CONFLICT (also when active already), BAD_USER_INPUT.' })
  @Can('patients:archive', 'RESTORED')
  async restorePatient(@CurrentCtx() ctx: Ctx, @Args('id', ID) id: string, @Args('version', VERSION) version: number,
    @Args('reason', { type: () => String, nullable: true, description: 'Why, for the audit trail; one line of 1 to 500 characters.' }) reason: string | null): Promise<PatientSaved> {
    return toSaved(ctx, await this.service.setStatus(ctx, id, version, 'ACTIVE', reason ?? null));
  }
}

const toSaved = (ctx: Ctx, { record, warnings, duplicates }: Saved): PatientSaved =>
  ({ patient: toPatient(ctx, record), warnings, possibleDuplicates: duplicates ? toPossibleDuplicates(ctx, duplicates) : null });
