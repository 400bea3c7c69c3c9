import { type Answer, ApiError, fetchFile, run, sendFile } from './api';
import { el, show } from './dom';
import { graphql } from './gql';
import type { DocumentKind, PatientFileQuery } from './gql/graphql';
import { textOf } from './messages';

const PatientFile = graphql(`
  query PatientFile($id: UUID!) {
    patient(id: $id) {
      id mrn nameBn nameEn
      viewerCan { seeClinical }
      documents(first: 20) { edges { node { ...FileOfPatient } } }
      clinicalDocuments(first: 20) { edges { node { ...FileOfPatient } } }
      allergies(first: 20) { edges { node { id substance { text } severity } } }
    }
  }
`);
graphql(`fragment FileOfPatient on Document { id title state contentPath content { type } }`);

const AddDocument = graphql(`mutation AddDocument($input: AddDocumentInput!) { addDocument(input: $input) { document { id version contentPath } } }`);
const TakeOut = graphql(`mutation TakeOut($id: UUID!, $version: Int!, $reason: String!) { markDocumentEnteredInError(id: $id, version: $version, reason: $reason) { document { id } } }`);

type Patient = NonNullable<PatientFileQuery['patient']>;
type Document = Patient['documents']['edges'][number]['node'];

/** Shows one patient: what the caller may see of the file, and the documents. */
export async function patientView(place: Element, id: string): Promise<void> {
  const { data: { patient }, refused }: Answer<PatientFileQuery> = await run(PatientFile, { id });
  const file = el('figure', {});
  const openFile = (document: Document): void => void showFile(file, document);
  show(place,
    el('h2', {}, `${patient.nameBn ?? ''} ${patient.nameEn ?? ''} (${patient.mrn})`),
    el('h3', {}, 'অ্যালার্জি · Allergies'), allergies(patient, refused.length > 0),
    el('h3', {}, 'নথি · Documents'), documents([...patient.documents.edges, ...(patient.clinicalDocuments?.edges ?? [])].map(({ node }) => node), openFile),
    upload(patient, () => void patientView(place, id)),
    file);
}

function allergies(patient: Patient, someRefused: boolean): Node {
  // A field that was refused is null, with an error of its own; the rest was answered all the same.
  if (!patient.allergies) return el('p', { class: 'withheld' }, someRefused ? 'আপনার অনুমতি নেই · You may not see this.' : '');
  return el('ul', {}, ...patient.allergies.edges.map(({ node }) => el('li', {}, `${node.substance.text} ${node.severity ?? ''}`)));
}

function documents(all: Document[], open: (document: Document) => void): Node {
  return el('ul', { class: 'found' }, ...all.map((document) => {
    const button = el('button', { type: 'button' }, document.title);
    button.disabled = document.state !== 'STORED';
    button.addEventListener('click', () => open(document));
    return el('li', {}, button);
  }));
}

async function showFile(place: Element, document: Document): Promise<void> {
  const address = URL.createObjectURL(await fetchFile(document.contentPath));
  show(place, drawn(document, address), el('figcaption', {}, document.title));
}

function drawn({ title, content }: Document, address: string): Node {
  const type = content?.type ?? '';
  if (['image/jpeg', 'image/png', 'image/webp'].includes(type)) return el('img', { src: address, alt: title });
  if (['application/pdf', 'text/plain'].includes(type)) return el('iframe', { src: address, title });
  return el('a', { href: address, download: title }, title);
}

function upload(patient: Patient, done: () => void): Node {
  const chosen = el('input', { type: 'file', accept: 'image/png,image/jpeg,application/pdf' });
  const message = el('p', { role: 'alert' });
  const kind: DocumentKind = patient.viewerCan.seeClinical ? 'CLINICAL_PHOTO' : 'IDENTITY';
  chosen.addEventListener('change', () => {
    const [file] = chosen.files ?? [];
    if (!file) return;
    add(patient.id, kind, file).then(done, (error: unknown) => (message.textContent = textOf(error)));
  });
  return el('div', {}, el('label', {}, 'নতুন নথি · New document', chosen), message);
}

// The document comes first, with its description; its bytes follow to the path that it names. One whose file was refused is taken out again.
async function add(patientId: string, kind: DocumentKind, file: File): Promise<void> {
  const { data: { addDocument: { document: { id, version, contentPath } } } } = await run(AddDocument, { input: { patientId, kind, title: file.name, fileName: file.name } });
  try {
    await sendFile(contentPath, file);
  } catch (error) {
    if (error instanceof ApiError && error.code === 'BAD_USER_INPUT') await run(TakeOut, { id, version, reason: 'The file was refused.' });
    throw error;
  }
}
