import { Module } from '@nestjs/common';
import { PatientsModule } from '../patients/patients.module.js';
import { TenantsModule } from '../tenants/tenants.module.js';
import { ImportCheck } from './import-check.service.js';
import { ImportEnds } from './import-ends.service.js';
import { ImportFilesController } from './import-files.controller.js';
import { ImportRegistration } from './import-registration.service.js';
import { ImportReports } from './import-report.service.js';
import { ImportRunner } from './import-runner.service.js';
import { ImportUploads } from './import-upload.service.js';
import { ImportsReader } from './imports.reader.js';
import { ImportColumnsResolver, ImportLinesResolver, ImportsResolver, PatientSourceIdsResolver } from './imports.resolver.js';
import { ImportsService } from './imports.service.js';

/** Imports of patients from spreadsheets and exports of older software. */
@Module({
  imports: [TenantsModule, PatientsModule],
  controllers: [ImportFilesController],
  providers: [
    ImportsResolver, ImportColumnsResolver, ImportLinesResolver, PatientSourceIdsResolver,
    ImportsReader, ImportsService, ImportUploads, ImportCheck, ImportRegistration, ImportRunner, ImportEnds, ImportReports,
  ],
})
export class ImportsModule {}
