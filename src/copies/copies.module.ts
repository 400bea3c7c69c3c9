import { Module } from '@nestjs/common';
import { PatientsModule } from '../patients/patients.module.js';
import { TenantsModule } from '../tenants/tenants.module.js';
import { CopiesController } from './copies.controller.js';
import { CopiesService } from './copies.service.js';
import { IncidentsController } from './incidents.controller.js';
import { IncidentsService } from './incidents.service.js';
import { PatientCopyReader } from './patient-copy.reader.js';

/** Patients' rights: a copy of everything that is held of them, and a report of who saw it; and after an incident, a report of whom it concerns. */
@Module({
  imports: [TenantsModule, PatientsModule],
  controllers: [CopiesController, IncidentsController],
  providers: [CopiesService, PatientCopyReader, IncidentsService],
})
export class CopiesModule {}
