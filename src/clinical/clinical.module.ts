import { Module } from '@nestjs/common';
import { TenantsModule } from '../tenants/tenants.module.js';
import { AllergiesReader } from './allergies/allergies.reader.js';
import { AllergiesResolver, AllergySavedResolver, AllergyStatementSavedResolver, PatientAllergiesResolver } from './allergies/allergies.resolver.js';
import { AllergiesService } from './allergies/allergies.service.js';
import { EntryErrors } from './entries/entry-errors.service.js';

/** The clinical file of patients, entry by entry. Nothing in it is rewritten or deleted. */
@Module({
  imports: [TenantsModule],
  providers: [EntryErrors, PatientAllergiesResolver, AllergiesResolver, AllergySavedResolver, AllergyStatementSavedResolver, AllergiesService, AllergiesReader],
  exports: [AllergiesReader],
})
export class ClinicalModule {}
