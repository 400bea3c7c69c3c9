import { Module, type OnModuleInit } from '@nestjs/common';
import type { Config } from '../config.js';
import { PatientsModule } from '../patients/patients.module.js';
import { CONFIG } from '../platform/platform.module.js';
import { TenantsModule } from '../tenants/tenants.module.js';
import { DocumentContentController } from './document-content.controller.js';
import { DocumentContents } from './document-contents.service.js';
import { DocumentStore } from './document-store.js';
import { DocumentsReader } from './documents.reader.js';
import { DocumentsResolver, PatientDocumentsResolver } from './documents.resolver.js';
import { DocumentsService } from './documents.service.js';
import { openDocumentStore } from './open-document-store.js';
import { SealedFiles } from './sealed-files.writer.js';

/** Files of patients: what they are in the database, their contents sealed in the document store. */
@Module({
  imports: [TenantsModule, PatientsModule],
  controllers: [DocumentContentController],
  providers: [
    { provide: DocumentStore, inject: [CONFIG], useFactory: (config: Config) => openDocumentStore(config.documents.store) },
    PatientDocumentsResolver, DocumentsResolver, DocumentsService, DocumentsReader, DocumentContents, SealedFiles,
  ],
  exports: [DocumentsReader, SealedFiles],
})
export class DocumentsModule implements OnModuleInit {
  constructor(private readonly store: DocumentStore) {}

  /** The server does not start where documents cannot be kept. */
  onModuleInit(): Promise<void> {
    return this.store.check();
  }
}
