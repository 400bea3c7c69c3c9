import { Args, Int, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { Patient } from '../patients/patient.model.js';
import { Can } from '../platform/access/can.decorator.js';
import { Classified } from '../platform/access/classification.js';
import type { Ctx } from '../platform/context/ctx.js';
import { CurrentCtx } from '../platform/context/request-context.js';
import { type Page, pageOf } from '../platform/graphql/connection.js';
import { UuidScalar } from '../platform/graphql/scalars.js';
import { AddDocumentInput, EditDocumentInput } from './document.inputs.js';
import { AdministrativeDocumentsArgs, ClinicalDocumentsArgs, Document, DocumentConnection, type DocumentRecord, DocumentSaved, toDocument } from './document.model.js';
import { DocumentsReader } from './documents.reader.js';
import { DocumentsService } from './documents.service.js';

const ID = { type: () => UuidScalar, description: 'Id of the document.' };
const VERSION = { type: () => Int, description: 'The `version` that was read; another one answers CONFLICT.' };
const EDITING = 'Needs patients:read with patients:edit for administrative kinds, patients:read-clinical with patients:edit-clinical for clinical ones.';

@Resolver(() => Patient)
export class PatientDocumentsResolver {
  constructor(private readonly reader: DocumentsReader) {}

  @ResolveField(() => DocumentConnection, { description: 'The documents of administrative kinds, those added last first. Needs patients:read.' })
  @Can('patients:read')
  @Classified('patient')
  async documents(@CurrentCtx() ctx: Ctx, @Parent() { id }: Patient, @Args() args: AdministrativeDocumentsArgs): Promise<Page<Document>> {
    const asked = { ...args, clinical: false };
    return pageOf((await this.reader.page(ctx, id, asked)).map((record) => toDocument(ctx, record)), args, () => this.reader.count(ctx, id, asked));
  }

  @ResolveField(() => DocumentConnection, { nullable: true, description: 'The documents of clinical kinds, those added last first. Needs patients:read-clinical; without it this field alone is null, with an error FORBIDDEN, and the rest is answered.' })
  @Can('patients:read-clinical')
  @Classified('clinical')
  async clinicalDocuments(@CurrentCtx() ctx: Ctx, @Parent() { id }: Patient, @Args() args: ClinicalDocumentsArgs): Promise<Page<Document>> {
    const asked = { ...args, clinical: true };
    return pageOf((await this.reader.page(ctx, id, asked)).map((record) => toDocument(ctx, record)), args, () => this.reader.count(ctx, id, asked));
  }
}

@Resolver(() => Document)
export class DocumentsResolver {
  constructor(
    private readonly reader: DocumentsReader,
    private readonly service: DocumentsService,
  ) {}

  @Query(() => Document, { description: 'One document. Needs patients:read, and patients:read-clinical for one of a clinical kind. Errors: NOT_FOUND.' })
  @Can('patients:read')
  async document(@CurrentCtx() ctx: Ctx, @Args('id', ID) id: string): Promise<Document> {
    return toDocument(ctx, await this.reader.get(ctx, id));
  }

  @Mutation(() => DocumentSaved, { description: `Adds a document; then send its file by PUT to \`contentPath\`. ${EDITING} Errors: NOT_FOUND (the patient, or the document to correct), BAD_USER_INPUT (all faults at once), ALREADY_EXISTS (the id is taken), CONFLICT (another document corrects that one already).` })
  @Can('patients:read', 'CREATED')
  async addDocument(@CurrentCtx() ctx: Ctx, @Args('input', { description: 'The document.' }) input: AddDocumentInput): Promise<DocumentSaved> {
    return toSaved(ctx, await this.service.add(ctx, input));
  }

  @Mutation(() => DocumentSaved, { description: `Changes what is said of a document: kind, title, date, note. The file stays as it is. ${EDITING} Errors: NOT_FOUND, CONFLICT (another version, or entered in error), BAD_USER_INPUT.` })
  @Can('patients:read', 'UPDATED')
  async editDocument(@CurrentCtx() ctx: Ctx, @Args('id', ID) id: string, @Args('version', VERSION) version: number,
    @Args('input', { description: 'The changes.' }) input: EditDocumentInput): Promise<DocumentSaved> {
    return toSaved(ctx, await this.service.edit(ctx, id, version, input));
  }

  @Mutation(() => DocumentSaved, { description: `Marks a document as entered in error, for good; it leaves the lists, and its file stays readable. ${EDITING} Errors: NOT_FOUND, CONFLICT (another version, or entered in error already), BAD_USER_INPUT.` })
  @Can('patients:read', 'UPDATED')
  async markDocumentEnteredInError(@CurrentCtx() ctx: Ctx, @Args('id', ID) id: string, @Args('version', VERSION) version: number,
    @Args('reason', { description: 'Why, in one line of 1 to 500 characters; it is shown with the document.' }) reason: string): Promise<DocumentSaved> {
    return toSaved(ctx, await this.service.markInError(ctx, id, version, reason));
  }
}

const toSaved = (ctx: Ctx, record: DocumentRecord): DocumentSaved => ({ document: toDocument(ctx, record) });
