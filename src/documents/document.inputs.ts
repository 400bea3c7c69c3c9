import { Field, InputType } from '@nestjs/graphql';
import { LocalDateScalar, UuidScalar } from '../platform/graphql/scalars.js';
import { documentLimits } from './document-description.js';
import { extensions } from './document-types.js';
import { DocumentKind } from './document.enums.js';
import { LONGEST_FILE_NAME } from './file-name.js';

// What the texts must be is decided in one place, document-description.ts, which names all faults at once.

const TEXT = 'Reasons of faults: EMPTY, TOO_LONG, CONTROL_CHARACTER, BIDIRECTIONAL_CONTROL.';
const DAY = 'The day on the document, such as that of the report. Reasons of faults: FUTURE, TOO_LONG_AGO (over 130 years).';

@InputType({ description: 'A new document. Its file is sent afterwards, by PUT to `contentPath`.' })
export class AddDocumentInput {
  @Field(() => UuidScalar, { nullable: true, description: 'An id made by the client: UUID version 7 or 4 (UUID_VERSION). The same request with the same id, sent again, adds once. The server makes one unless told.' })
  id?: string | null;

  @Field(() => UuidScalar, { description: 'Id of the patient.' })
  patientId: string;

  @Field(() => DocumentKind, { description: 'What kind of document.' })
  kind: DocumentKind;

  @Field({ description: `What people call it; one line of up to ${documentLimits.title} characters. ${TEXT}` })
  title: string;

  @Field({ description: `Name of the file; up to ${LONGEST_FILE_NAME} characters; directories before it are left out. Its extension promises what the file is (${[...extensions].join(', ')}), and any other is refused (UNKNOWN_EXTENSION). ${TEXT}` })
  fileName: string;

  @Field(() => LocalDateScalar, { nullable: true, description: DAY })
  documentDate?: string | null;

  @Field(() => String, { nullable: true, description: `Free text, with line ends, up to ${documentLimits.note} characters. ${TEXT}` })
  note?: string | null;

  @Field(() => UuidScalar, { nullable: true, description: 'Id of a stored document of the same patient that this one replaces. Reasons of faults: ANOTHER_PATIENT, AWAITING_CONTENT; CORRECTED_ALREADY with CONFLICT.' })
  correctsId?: string | null;
}

@InputType({ description: 'Changes to the description of a document. An absent field stays as it is; null clears what can be empty.' })
export class EditDocumentInput {
  @Field(() => DocumentKind, { nullable: true, description: 'What kind of document; the caller must hold the permissions of both kinds. Reason of a fault: EMPTY (null).' })
  kind?: DocumentKind | null;

  @Field(() => String, { nullable: true, description: `What people call it; one line of up to ${documentLimits.title} characters. ${TEXT}` })
  title?: string | null;

  @Field(() => LocalDateScalar, { nullable: true, description: DAY })
  documentDate?: string | null;

  @Field(() => String, { nullable: true, description: `Free text, with line ends, up to ${documentLimits.note} characters. ${TEXT}` })
  note?: string | null;
}
