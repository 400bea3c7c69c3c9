import { setTimeout as delay } from 'node:timers/promises';
import type { LightMyRequestResponse } from 'fastify';
import type { GraphqlAnswer, World } from './world.js';

/** Everything of an import, save its lines. */
export const IMPORT = `id fileName source filePath reportPath state interruption actions warnings sameFileAs delimiter
  columns { number heading suggestedField field legacyBangla } options { dateOrder defaultCountry encoding hasHeader agesAsOf }
  counts { checked ready faulty withWarnings known } total processed imported skipped createdById createdAt uploadedAt startedAt endedAt`;

export const FINDING = 'column heading reason line patientId max expected found';
const LINES = `pageInfo { hasNextPage endCursor } edges { node { id line result patientId mrn sourceId faults { ${FINDING} } warnings { ${FINDING} }
  cells { column text } patient { nameEn nameBn sex birth { precision date ageYears } phones { number label } identifiers { kind value } address { line } guardian { name relation phone } } } }`;

export interface Finding {
  column: number | null;
  heading: string | null;
  reason: string;
  line: number | null;
  patientId: string | null;
  max: number | null;
  expected: number | null;
  found: number | null;
}

/** An import as the API gives it. */
export interface ImportAnswer {
  id: string;
  state: string;
  interruption: string | null;
  actions: string[];
  warnings: string[];
  sameFileAs: string | null;
  delimiter: string | null;
  columns: Array<{ number: number; heading: string | null; suggestedField: string | null; field: string | null; legacyBangla: boolean }>;
  options: { dateOrder: string; defaultCountry: string; encoding: string; hasHeader: boolean; agesAsOf: string | null } | null;
  counts: { checked: number; ready: number; faulty: number; withWarnings: number; known: number };
  total: number;
  processed: number;
  imported: number;
  skipped: number;
  [field: string]: unknown;
}

/** A line of an import as the API gives it. */
export interface LineAnswer {
  id: string;
  line: number;
  result: string;
  patientId: string | null;
  mrn: string | null;
  sourceId: string | null;
  faults: Finding[];
  warnings: Finding[];
  cells: Array<{ column: number; text: string }>;
  patient: { nameEn: string | null; nameBn: string | null; [field: string]: unknown } | null;
}

/** What an import needs of a server: operations, and the two routes of its files. */
export interface ImportServer {
  ok(query: string, variables: Record<string, unknown>, token: string): Promise<GraphqlAnswer['data']>;
  put(path: string, body: Buffer | string, token: string): Promise<{ status: number; body: unknown }>;
}

/** The server of a world as imports need it. */
export const importServer = (world: World): ImportServer => ({
  ok: (query, variables, token) => world.ok(query, variables, token),
  put: async (path, body, token) => {
    const answer = await putFile(world, path, body, token);
    return { status: answer.statusCode, body: answer.json() };
  },
});

/** Sends bytes to a route of a world's server. */
export const putFile = (world: World, path: string, payload: Buffer | string, token: string): Promise<LightMyRequestResponse> =>
  world.app.inject({ method: 'PUT', url: path, headers: { authorization: `Bearer ${token}`, 'content-type': 'application/octet-stream' }, payload });

/** Imports through the API, as one person. */
export class Imports {
  constructor(
    private readonly server: ImportServer,
    private readonly token: string,
  ) {}

  async create(input: object = {}): Promise<ImportAnswer> {
    const { createPatientImport } = await this.server.ok(
      `mutation ($input: CreatePatientImportInput!) { createPatientImport(input: $input) { ${IMPORT} } }`, { input: { fileName: 'patients.csv', ...input } }, this.token);
    return createPatientImport;
  }

  /** Begins an import with this file; gives it as it then awaits its mapping. */
  async upload(file: Buffer | string, input: object = {}): Promise<ImportAnswer> {
    const { id, filePath } = await this.create(input);
    const answer = await this.server.put(filePath as string, file, this.token);
    if (answer.status !== 200) throw new Error(JSON.stringify(answer.body));
    return this.read(id);
  }

  async read(id: string): Promise<ImportAnswer> {
    return (await this.server.ok(`query ($id: UUID!) { patientImport(id: $id) { ${IMPORT} } }`, { id }, this.token)).patientImport;
  }

  /** Maps the columns as suggested, unless told, and waits until every line is checked. */
  async map({ id, columns }: ImportAnswer, input: object = {}): Promise<ImportAnswer> {
    const suggested = columns.flatMap(({ number, suggestedField }) => (suggestedField ? [{ column: number, field: suggestedField }] : []));
    await this.server.ok(`mutation ($id: UUID!, $input: MapPatientImportInput!) { mapPatientImport(id: $id, input: $input) { id } }`,
      { id, input: { columns: suggested, ...input } }, this.token);
    return this.settled(id);
  }

  /** Uploads a file and maps it. */
  async check(file: Buffer | string, mapping: object = {}, input: object = {}): Promise<ImportAnswer> {
    return this.map(await this.upload(file, input), mapping);
  }

  async start(id: string, skipFaulty = true): Promise<ImportAnswer> {
    return (await this.server.ok(`mutation ($id: UUID!, $skip: Boolean!) { startPatientImport(id: $id, skipFaulty: $skip) { ${IMPORT} } }`, { id, skip: skipFaulty }, this.token)).startPatientImport;
  }

  /** Imports a file to the end. */
  async run(file: Buffer | string, mapping: object = {}, input: object = {}): Promise<ImportAnswer> {
    const { id } = await this.check(file, mapping, input);
    await this.start(id);
    return this.settled(id);
  }

  /** The import once nothing runs any more. */
  async settled(id: string): Promise<ImportAnswer> {
    for (;;) {
      const found = await this.read(id);
      if (found.state !== 'CHECKING' && found.state !== 'RUNNING') return found;
      await delay(20);
    }
  }

  async lines(id: string, onlyFaults = false): Promise<LineAnswer[]> {
    const lines: LineAnswer[] = [];
    for (let after: string | null = null; ; ) {
      const { patientImportLines: page }: { patientImportLines: { pageInfo: { hasNextPage: boolean; endCursor: string | null }; edges: Array<{ node: LineAnswer }> } } = await this.server.ok(
        `query ($id: UUID!, $first: Int!, $after: String, $only: Boolean!) { patientImportLines(importId: $id, first: $first, after: $after, onlyFaults: $only) { ${LINES} } }`, { id, first: 100, after, only: onlyFaults }, this.token);
      lines.push(...page.edges.map(({ node }) => node));
      after = page.pageInfo.endCursor;
      if (!page.pageInfo.hasNextPage) return lines;
    }
  }
}

/** The findings of a line as 'column REASON'. */
export const told = (findings: Finding[]): string[] => findings.map(({ column, reason }) => `${column} ${reason}`);
