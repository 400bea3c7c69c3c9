import { Module } from '@nestjs/common';
import { PatientsModule } from '../patients/patients.module.js';
import { TenantsModule } from '../tenants/tenants.module.js';
import { TerminologyModule } from '../terminology/terminology.module.js';
import { AllergiesReader } from './allergies/allergies.reader.js';
import { AllergiesResolver, AllergySavedResolver, AllergyStatementSavedResolver, PatientAllergiesResolver } from './allergies/allergies.resolver.js';
import { AllergiesService } from './allergies/allergies.service.js';
import { ConditionsReader } from './conditions/conditions.reader.js';
import { ConditionSavedResolver, ConditionsResolver, PatientConditionsResolver } from './conditions/conditions.resolver.js';
import { ConditionsService } from './conditions/conditions.service.js';
import { EntryRecords } from './entries/entry-records.service.js';
import { NotesReader } from './notes/notes.reader.js';
import { ClinicalNoteSavedResolver, NotesResolver, PatientNotesResolver } from './notes/notes.resolver.js';
import { NotesService } from './notes/notes.service.js';
import { VitalsReader } from './vitals/vitals.reader.js';
import { PatientVitalsResolver, VitalsResolver, VitalsSavedResolver } from './vitals/vitals.resolver.js';
import { VitalsService } from './vitals/vitals.service.js';

/** The clinical file of patients, entry by entry. Nothing in it is rewritten or deleted. */
@Module({
  imports: [TenantsModule, TerminologyModule, PatientsModule],
  providers: [
    EntryRecords,
    PatientAllergiesResolver, AllergiesResolver, AllergySavedResolver, AllergyStatementSavedResolver, AllergiesService, AllergiesReader,
    PatientConditionsResolver, ConditionsResolver, ConditionSavedResolver, ConditionsService, ConditionsReader,
    PatientVitalsResolver, VitalsResolver, VitalsSavedResolver, VitalsService, VitalsReader,
    PatientNotesResolver, NotesResolver, ClinicalNoteSavedResolver, NotesService, NotesReader,
  ],
  exports: [AllergiesReader, ConditionsReader, VitalsReader, NotesReader],
})
export class ClinicalModule {}
