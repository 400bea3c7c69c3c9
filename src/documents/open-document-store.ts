import type { DocumentStoreConfig } from '../config.js';
import type { DocumentStore } from './document-store.js';
import { LocalDocumentStore } from './local-document-store.js';

/** The store that was configured. */
export async function openDocumentStore(config: DocumentStoreConfig): Promise<DocumentStore> {
  if (config.kind === 'local') return new LocalDocumentStore(config.directory);
  // Loaded only where it is used: the library is large.
  const { S3DocumentStore } = await import('./s3-document-store.js');
  return new S3DocumentStore(config);
}
