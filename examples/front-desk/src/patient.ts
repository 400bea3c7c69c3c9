import { type Answer, fetchFile, run, sendFile } from './api';
import { el, show } from './dom';
import { graphql } from './gql';
import type { DocumentKind, PatientFileQuery } from './gql/graphql';

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

const AddDocument = graphql(`mutation AddDocument($input: AddDocumentInput!) { addDocument(input: $input) { document { id contentPath } } }`);

type Patient = PatientFileQuery['patient'];
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
  const content = document.content?.type.startsWith('image/') ? el('img', { src: address, alt: document.title }) : el('a', { href: address, download: document.title }, document.title);
  show(place, content, el('figcaption', {}, document.title));
}

function upload(patient: Patient, done: () => void): Node {
  const chosen = el('input', { type: 'file', accept: 'image/png,image/jpeg,application/pdf' });
  const message = el('p', { role: 'alert' });
  const kind: DocumentKind = patient.viewerCan.seeClinical ? 'CLINICAL_PHOTO' : 'IDENTITY';
  chosen.addEventListener('change', () => {
    const [file] = chosen.files ?? [];
    if (!file) return;
    add(patient.id, kind, file).then(done, (error: unknown) => (message.textContent = String(error)));
  });
  return el('div', {}, el('label', {}, 'নতুন নথি · New document', chosen), message);
}

// The document comes first, with its description; its bytes follow to the path that it names.
async function add(patientId: string, kind: DocumentKind, file: File): Promise<void> {
  const { data } = await run(AddDocument, { input: { patientId, kind, title: file.name, fileName: file.name } });
  await sendFile(data.addDocument.document.contentPath, file);
}
