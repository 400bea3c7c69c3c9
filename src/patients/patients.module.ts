import { Module } from '@nestjs/common';
import { TenantsModule } from '../tenants/tenants.module.js';
import { AuditedRecordPatientResolver, IncidentPatientResolver, SummaryGroupPatientResolver } from './audited-patients.resolver.js';
import { PatientAges } from './patient-ages.reader.js';
import { DuplicatesReader } from './duplicates.reader.js';
import { PatientSearchReader } from './patient-search.reader.js';
import { PatientRegistration } from './patient-registration.writer.js';
import { PatientSnapshots } from './patient-snapshots.reader.js';
import { PatientsReader } from './patients.reader.js';
import { PatientsResolver } from './patients.resolver.js';
import { PatientsService } from './patients.service.js';
import { PatientsWriter } from './patients.writer.js';

/** Patients: registering, finding, changing and archiving them. */
@Module({
  imports: [TenantsModule],
  providers: [
    PatientsResolver, AuditedRecordPatientResolver, IncidentPatientResolver, SummaryGroupPatientResolver, PatientsService, PatientsReader, PatientSearchReader, DuplicatesReader, PatientsWriter, PatientAges, PatientSnapshots,
    PatientRegistration,
  ],
  exports: [PatientsReader, PatientsWriter, PatientAges, PatientSnapshots, PatientRegistration],
})
export class PatientsModule {}
