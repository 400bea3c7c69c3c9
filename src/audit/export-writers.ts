import { type CsvLanguage, csvHeading, csvLines } from './audit-csv.js';
import type { ExportFormat } from './audit-export.model.js';
import { type AuditSource, toAuditEvent } from './audit-fhir.js';
import type { AuditEntry } from './audit.model.js';

/** Writes one export, part by part. */
export interface ExportWriter {
  type: string;
  extension: string;
  head: string;
  /** The next entries; `first` for those that nothing goes before. */
  part: (entries: readonly AuditEntry[], first: boolean) => string;
  tail: (empty: boolean) => string;
}

/** What a file tells besides its entries. */
export interface ExportHead extends AuditSource {
  id: string;
  preparedAt: Date;
  language: CsvLanguage;
}

/** The writer of each format. */
export const exportWriters: Record<ExportFormat, (head: ExportHead) => ExportWriter> = {
  CSV: ({ language }) => ({ type: 'text/csv; charset=utf-8', extension: 'csv', head: csvHeading(language), part: csvLines, tail: () => '' }),
  FHIR_NDJSON: (head) => ({
    type: 'application/fhir+ndjson', extension: 'ndjson', head: '',
    part: (entries) => entries.map((entry) => `${JSON.stringify(toAuditEvent(entry, head))}\n`).join(''),
    tail: () => '',
  }),
  FHIR_BUNDLE: (head) => {
    const bundle = { resourceType: 'Bundle', id: head.id, type: 'collection', timestamp: head.preparedAt.toISOString() };
    return {
      type: 'application/fhir+json', extension: 'json', head: JSON.stringify(bundle).slice(0, -1),
      // FHIR allows no empty list: the list begins with its first entry.
      part: (entries, first) => (first ? ',"entry":[\n' : ',\n') + entries.map((entry) => JSON.stringify({ fullUrl: `urn:uuid:${entry.id}`, resource: toAuditEvent(entry, head) })).join(',\n'),
      tail: (empty) => (empty ? '}\n' : '\n]}\n'),
    };
  },
};
