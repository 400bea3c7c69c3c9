import { Module } from '@nestjs/common';
import { ClinicalModule } from '../clinical/clinical.module.js';
import { DrugsModule } from '../drugs/drugs.module.js';
import type { Config } from '../config.js';
import { PatientsModule } from '../patients/patients.module.js';
import { CONFIG } from '../platform/platform.module.js';
import { TenantsModule } from '../tenants/tenants.module.js';
import { TerminologyModule } from '../terminology/terminology.module.js';
import { ChecksResolver } from './checks/checks.resolver.js';
import { ChecksService } from './checks/checks.service.js';
import { HttpKnowledgeBase, KnowledgeBase, NoKnowledgeBase } from './checks/knowledge-base.js';
import { PatientFacts } from './checks/patient-facts.reader.js';
import { ContentChangesResolver } from './content-changes.resolver.js';
import { DoseResolver } from './dose/dose.resolver.js';
import { DispensingsResolver } from './dispensings.resolver.js';
import { DispensingsService } from './dispensings.service.js';
import { DraftsService } from './drafts.service.js';
import { PrescriptionPageController } from './page/prescription-page.controller.js';
import { PrescriptionPages } from './page/prescription-page.service.js';
import { ExchangeResolver } from './exchange/exchange.resolver.js';
import { ExchangeService } from './exchange/exchange.service.js';
import { PrescriptionDeliverer } from './exchange/prescription-deliverer.service.js';
import { PrescriptionsReader } from './prescriptions.reader.js';
import { PatientPrescriptionsResolver, PrescriptionSavedResolver, PrescriptionsResolver } from './prescriptions.resolver.js';
import { SignedPrescriptionController } from './signed-prescription.controller.js';
import { SigningKeysResolver } from './signing-keys.resolver.js';
import { SigningKeys } from './signing-keys.service.js';
import { SigningService } from './signing.service.js';
import { TemplatesResolver } from './templates/templates.resolver.js';
import { TemplatesService } from './templates/templates.service.js';
import { VerifiedPrescriptions } from './verified-prescriptions.reader.js';

/** Prescriptions: drafting, signing, amending, cancelling and printing them. What was signed never changes. */
@Module({
  imports: [TenantsModule, TerminologyModule, DrugsModule, PatientsModule, ClinicalModule],
  controllers: [SignedPrescriptionController, PrescriptionPageController],
  providers: [
    DoseResolver, ContentChangesResolver, PatientPrescriptionsResolver, PrescriptionsResolver, PrescriptionSavedResolver, PrescriptionsReader, DraftsService, SigningService, SigningKeys, SigningKeysResolver, TemplatesResolver, TemplatesService, PrescriptionPages,
    { provide: KnowledgeBase, inject: [CONFIG], useFactory: ({ knowledgeBase }: Config): KnowledgeBase => (knowledgeBase ? new HttpKnowledgeBase(knowledgeBase) : new NoKnowledgeBase()) },
    ChecksResolver, ChecksService, PatientFacts, ExchangeResolver, ExchangeService, PrescriptionDeliverer, DispensingsResolver, DispensingsService, VerifiedPrescriptions,
  ],
  exports: [PrescriptionsReader, VerifiedPrescriptions],
})
export class PrescriptionsModule {}
