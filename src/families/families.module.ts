import { Module } from '@nestjs/common';
import { PatientsModule } from '../patients/patients.module.js';
import { FamiliesReader } from './families.reader.js';
import { FamiliesResolver, FamilyMembersResolver } from './families.resolver.js';
import { FamiliesService } from './families.service.js';

/** Families: which patients belong together, and who speaks for whom. */
@Module({
  imports: [PatientsModule],
  providers: [FamiliesResolver, FamilyMembersResolver, FamiliesService, FamiliesReader],
  exports: [FamiliesReader],
})
export class FamiliesModule {}
