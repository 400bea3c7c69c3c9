import { Module } from '@nestjs/common';
import { PatientsReader } from './patients.reader.js';
import { PatientsResolver } from './patients.resolver.js';
import { PatientsService } from './patients.service.js';
import { PracticeCountries } from './practice-countries.js';

/** Patients: registering, finding, changing and archiving them. */
@Module({
  providers: [PatientsResolver, PatientsService, PatientsReader, PracticeCountries],
  exports: [PatientsReader],
})
export class PatientsModule {}
