import { ArgsType, Field, Float, Int, ObjectType } from '@nestjs/graphql';
import { Classified } from '../platform/access/classification.js';
import type { Ctx } from '../platform/context/ctx.js';
import { ConnectionOf, PageArgs } from '../platform/graphql/connection.js';
import { DateTimeScalar, LocalDateScalar, UuidScalar } from '../platform/graphql/scalars.js';
import { MemberName } from '../tenants/member-name.model.js';
import { isClinical, mayEdit } from './document-access.js';
import type { DocumentDescription } from './document-description.js';
import type { DocumentRow } from './document-rows.js';
import { AdministrativeDocumentKind, ClinicalDocumentKind, DocumentKind, DocumentState } from './document.enums.js';

/** What is sealed in `clinic.document_files.content`. */
export interface SealedContent {
  /** The key that the bytes are sealed under, in base64. */
  key: string;
  type: string;
  /** SHA-256 in lower-case hexadecimal. */
  sha256: string;
}

/** The content of a document. */
export interface DocumentFile extends SealedContent {
  objectId: string;
  size: number;
  storedBy: string;
  storedAt: Date;
}

/** A document with its sealed parts opened. */
export interface DocumentRecord {
  row: DocumentRow;
  description: DocumentDescription;
  errorReason: string | null;
  /** Null while the content is awaited. */
  file: DocumentFile | null;
}

@ObjectType({ description: 'The file of a document, as it was stored. It never changes.' })
@Classified('patient')
export class DocumentContent {
  @Field({ description: 'Media type, found by looking into the file: application/pdf, image/jpeg, image/png, image/webp, image/heic, image/heif, image/tiff, application/dicom or text/plain (UTF-8).' })
  type: string;

  @Field(() => Float, { description: 'Size in bytes; a whole number.' })
  size: number;

  @Field({ description: 'SHA-256 of the file, in lower-case hexadecimal, to compare with a copy.' })
  sha256: string;

  @Field(() => MemberName, { description: 'Who sent it.' })
  storedBy: MemberName;

  @Field(() => DateTimeScalar, { description: 'When it was stored.' })
  storedAt: Date;
}

@ObjectType({ description: 'Who marked a document as entered in error, when and why.' })
@Classified('patient')
export class DocumentError {
  @Field(() => MemberName, { description: 'Who marked it.' })
  by: MemberName;

  @Field(() => DateTimeScalar, { description: 'When.' })
  at: Date;

  @Field({ description: 'Why, in one line.' })
  reason: string;
}

@ObjectType({ description: 'What the caller may do with a document. The server decides again on each call; this is for showing or hiding buttons.' })
@Classified('technical')
export class DocumentViewerCan {
  @Field({ description: 'Send its file, `editDocument`, `markDocumentEnteredInError`, and add a document that corrects it.' })
  edit: boolean;
}

// Who may see a document is decided by its kind (document-access.ts), on every way to it; `Patient.clinicalDocuments` has a guard besides.
@ObjectType({ description: 'A file of a patient, such as a scan, a laboratory report or a picture. Documents of clinical kinds are shown only to callers with patients:read-clinical.' })
@Classified('patient')
export class Document {
  @Field(() => UuidScalar, { description: 'Id; it never changes.' })
  id: string;

  @Field(() => UuidScalar, { description: 'The patient’s id.' })
  patientId: string;

  @Field(() => DocumentKind, { description: 'What kind of document.' })
  kind: DocumentKind;

  @Field({ description: 'Whether the kind is a clinical one.' })
  clinical: boolean;

  @Field({ description: 'What people call it, in one line.' })
  title: string;

  @Field({ description: 'Name of the file, without directories.' })
  fileName: string;

  @Field(() => LocalDateScalar, { nullable: true, description: 'The day on the document, such as that of the report.' })
  documentDate: string | null;

  @Field(() => String, { nullable: true, description: 'Free text, with line ends.' })
  note: string | null;

  @Field(() => DocumentState, { description: 'Whether the file itself is there.' })
  state: DocumentState;

  @Field({ description: 'Where the file is sent by PUT and fetched by GET, on this server: /documents/{id}/content.' })
  contentPath: string;

  @Field(() => DocumentContent, { nullable: true, description: 'What is known of the file; null while it is awaited.' })
  content: DocumentContent | null;

  @Field(() => MemberName, { description: 'Who added it.' })
  recordedBy: MemberName;

  @Field(() => DateTimeScalar, { description: 'When it was added.' })
  recordedAt: Date;

  @Field(() => DocumentError, { nullable: true, description: 'Who marked it as entered in error, when and why; null while it stands.' })
  enteredInError: DocumentError | null;

  @Field(() => UuidScalar, { nullable: true, description: 'Id of the document that it replaces.' })
  correctsId: string | null;

  @Field(() => UuidScalar, { nullable: true, description: 'Id of the document that replaces it, once the file of that one is stored.' })
  correctedById: string | null;

  @Field(() => Int, { description: 'Rises with each change of the description. Send it back with an edit, so that nobody else’s change is overwritten.' })
  version: number;

  @Field(() => DocumentViewerCan, { description: 'What the caller may do.' })
  viewerCan: DocumentViewerCan;
}

export const DocumentConnection = ConnectionOf(Document, 'Document');

@ObjectType({ description: 'A document as saved.' })
@Classified('patient')
export class DocumentSaved {
  @Field(() => Document, { description: 'The document, as it is now.' })
  document: Document;
}

@ArgsType()
export class DocumentsArgs extends PageArgs {
  @Field({ defaultValue: false, description: 'Whether to list also what was entered in error.' })
  includeEnteredInError: boolean = false;
}

@ArgsType()
export class AdministrativeDocumentsArgs extends DocumentsArgs {
  @Field(() => [AdministrativeDocumentKind], { nullable: true, description: 'Only these kinds; all unless told.' })
  kinds?: AdministrativeDocumentKind[] | null;
}

@ArgsType()
export class ClinicalDocumentsArgs extends DocumentsArgs {
  @Field(() => [ClinicalDocumentKind], { nullable: true, description: 'Only these kinds; all unless told.' })
  kinds?: ClinicalDocumentKind[] | null;
}

/** Where the file of a document is sent and fetched. */
export const contentPathOf = (id: string): string => `/documents/${id}/content`;

/** A document as this caller, who may see it, sees it. */
export const toDocument = (ctx: Ctx, { row, description, errorReason, file }: DocumentRecord): Document => ({
  id: row.id,
  patientId: row.patient_id,
  kind: row.kind,
  clinical: isClinical(row.kind),
  ...description,
  state: file ? 'STORED' : 'AWAITING_CONTENT',
  contentPath: contentPathOf(row.id),
  content: file && { type: file.type, size: file.size, sha256: file.sha256, storedBy: { id: file.storedBy }, storedAt: file.storedAt },
  recordedBy: { id: row.recorded_by },
  recordedAt: row.recorded_at,
  enteredInError: row.error_by && row.error_at && errorReason !== null ? { by: { id: row.error_by }, at: row.error_at, reason: errorReason } : null,
  correctsId: row.corrects,
  correctedById: row.corrected_by,
  version: row.version,
  viewerCan: { edit: row.error_at === null && mayEdit(ctx, row.kind) },
});
