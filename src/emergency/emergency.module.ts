import { Module } from '@nestjs/common';
import { PatientsModule } from '../patients/patients.module.js';
import { EmergencyReader } from './emergency.reader.js';
import { EmergencyResolver } from './emergency.resolver.js';
import { EmergencyService } from './emergency.service.js';

/** Emergency access: reading beyond one's role when a life may depend on it, never unseen. */
@Module({
  imports: [PatientsModule],
  providers: [EmergencyResolver, EmergencyService, EmergencyReader],
})
export class EmergencyModule {}
