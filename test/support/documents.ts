import type { LightMyRequestResponse } from 'fastify';
import type { GraphqlAnswer, World } from './world.js';

/** Everything of a document. */
export const DOCUMENT = `id patientId kind clinical title fileName documentDate note state contentPath content { type size sha256 storedBy { id nameEn } storedAt }
  recordedBy { id nameEn } recordedAt enteredInError { by { id nameEn } at reason } correctsId correctedById version viewerCan { edit }`;

const ADD = `mutation ($input: AddDocumentInput!) { saved: addDocument(input: $input) { document { ${DOCUMENT} } } }`;
const EDIT = `mutation ($id: UUID!, $version: Int!, $input: EditDocumentInput!) { saved: editDocument(id: $id, version: $version, input: $input) { document { ${DOCUMENT} } } }`;
const MARK = `mutation ($id: UUID!, $version: Int!, $reason: String!) { saved: markDocumentEnteredInError(id: $id, version: $version, reason: $reason) { document { ${DOCUMENT} } } }`;
const READ = `query ($id: UUID!) { document(id: $id) { ${DOCUMENT} } }`;
const PAGE = `{ totalCount pageInfo { hasNextPage endCursor } edges { node { ${DOCUMENT} } } }`;
const LISTS = `query ($id: UUID!, $first: Int!, $after: String, $all: Boolean!, $kinds: [AdministrativeDocumentKind!], $clinicalKinds: [ClinicalDocumentKind!]) { patient(id: $id) { id
  documents(first: $first, after: $after, includeEnteredInError: $all, kinds: $kinds) ${PAGE}
  clinicalDocuments(first: $first, after: $after, includeEnteredInError: $all, kinds: $clinicalKinds) ${PAGE} } }`;

/** A document as the API gives it. */
export interface DocumentAnswer {
  id: string;
  contentPath: string;
  state: string;
  version: number;
  content: { type: string; size: number; sha256: string } | null;
  [field: string]: unknown;
}

/** The bytes of small files of each kind. */
export const files = {
  pdf: Buffer.from('%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n%%EOF\n'),
  png: Buffer.from('89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c63000100000500010d0a2db40000000049454e44ae426082', 'hex'),
  jpg: Buffer.concat([Buffer.from('ffd8ffe000104a46494600010100000100010000', 'hex'), Buffer.alloc(40, 7), Buffer.from('ffd9', 'hex')]),
  txt: Buffer.from('হিমোগ্লোবিন ১২.১ g/dL\n'),
};

/** A PDF of so many bytes that differ from chunk to chunk. */
export const pdfOf = (length: number): Buffer => {
  const bytes = Buffer.alloc(length);
  for (let at = 0; at < length; at++) bytes[at] = at + (at >> 8) * 3 + (at >> 16) * 7;
  files.pdf.copy(bytes);
  return bytes;
};

/** Documents through the API, as one person; the methods that end in Answer also give errors, the others fail the test. */
export class Documents {
  constructor(
    private readonly world: World,
    private readonly token: string,
  ) {}

  addAnswer(patientId: string, more: object = {}): Promise<GraphqlAnswer> {
    return this.world.graphql(ADD, { input: { patientId, kind: 'LAB_REPORT', title: 'Blood count', fileName: 'report.pdf', ...more } }, this.token);
  }

  async add(patientId: string, more: object = {}): Promise<DocumentAnswer> {
    return saved(await this.addAnswer(patientId, more));
  }

  /** Adds a document with its file. */
  async store(patientId: string, bytes: Buffer = files.pdf, more: object = {}): Promise<DocumentAnswer> {
    const { id } = await this.add(patientId, more);
    const answer = await this.put(id, bytes);
    if (answer.statusCode !== 200) throw new Error(answer.body);
    return this.read(id);
  }

  editAnswer({ id, version }: DocumentAnswer, input: object): Promise<GraphqlAnswer> {
    return this.world.graphql(EDIT, { id, version, input }, this.token);
  }

  async edit(document: DocumentAnswer, input: object): Promise<DocumentAnswer> {
    return saved(await this.editAnswer(document, input));
  }

  markAnswer({ id, version }: DocumentAnswer, reason: string): Promise<GraphqlAnswer> {
    return this.world.graphql(MARK, { id, version, reason }, this.token);
  }

  async mark(document: DocumentAnswer, reason: string): Promise<DocumentAnswer> {
    return saved(await this.markAnswer(document, reason));
  }

  readAnswer(id: string): Promise<GraphqlAnswer> {
    return this.world.graphql(READ, { id }, this.token);
  }

  async read(id: string): Promise<DocumentAnswer> {
    return (await this.world.ok(READ, { id }, this.token)).document;
  }

  listAnswer(patientId: string, more: object = {}): Promise<GraphqlAnswer> {
    return this.world.graphql(LISTS, { id: patientId, first: 20, all: false, ...more }, this.token);
  }

  /** The raw answer to sending a file. */
  put(id: string, bytes: Buffer, headers: Record<string, string> = {}): Promise<LightMyRequestResponse> {
    return this.world.app.inject({ method: 'PUT', url: `/documents/${id}/content`, headers: { ...this.headers, 'content-type': 'application/octet-stream', ...headers }, payload: bytes });
  }

  /** The raw answer to fetching a file. */
  get(id: string, query = ''): Promise<LightMyRequestResponse> {
    return this.world.app.inject({ method: 'GET', url: `/documents/${id}/content${query}`, headers: this.headers });
  }

  get headers(): Record<string, string> {
    return { authorization: `Bearer ${this.token}` };
  }
}

const saved = (answer: GraphqlAnswer): DocumentAnswer => {
  if (answer.errors) throw new Error(JSON.stringify(answer.errors));
  return answer.data.saved.document;
};

/** The fault, or the code where there is none, that a route answered: its status, then the reason. */
export const refusal = (answer: { statusCode: number; body: string }): string => {
  const [error] = (JSON.parse(answer.body) as { errors: Array<{ extensions: { code: string; faults?: Array<{ path: string[]; reason: string }> } }> }).errors;
  const { code, faults } = error!.extensions;
  return `${answer.statusCode} ${faults?.map(({ path, reason }) => `${path.join('.')} ${reason}`).join(', ') ?? code}`;
};
