import { Module } from '@nestjs/common';
import { PatientsModule } from '../patients/patients.module.js';
import { ConsentsReader } from './consents.reader.js';
import { ConsentsResolver } from './consents.resolver.js';
import { ConsentsService } from './consents.service.js';

/** Consents: what patients agreed to, refused and took back, by purpose. */
@Module({
  imports: [PatientsModule],
  providers: [ConsentsResolver, ConsentsService, ConsentsReader],
  exports: [ConsentsReader],
})
export class ConsentsModule {}
