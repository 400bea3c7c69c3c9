import { Module } from '@nestjs/common';
import { PatientsModule } from '../patients/patients.module.js';
import { MergesReader } from './merges.reader.js';
import { MergeClinicalResolver, MergesResolver, PatientMergesResolver, PreviewBookingsResolver, PreviewClinicalResolver } from './merges.resolver.js';
import { MergesService } from './merges.service.js';

/** Merging two patients who are one person, and undoing it. */
@Module({
  imports: [PatientsModule],
  providers: [MergesResolver, PatientMergesResolver, MergeClinicalResolver, PreviewClinicalResolver, PreviewBookingsResolver, MergesService, MergesReader],
  exports: [MergesReader],
})
export class MergesModule {}
