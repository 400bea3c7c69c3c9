import { Module } from '@nestjs/common';
import { PatientsModule } from '../patients/patients.module.js';
import { TenantsModule } from '../tenants/tenants.module.js';
import { FacilityLicencesResolver } from './insurance/facility-licences.resolver.js';
import { FacilityLicencesService } from './insurance/facility-licences.service.js';
import { PayersResolver } from './insurance/payers.resolver.js';
import { PayersService } from './insurance/payers.service.js';
import { PoliciesResolver } from './insurance/policies.resolver.js';
import { PoliciesService } from './insurance/policies.service.js';

/** Insurance: who pays for patients, and the claims that are sent to them. */
@Module({
  imports: [TenantsModule, PatientsModule],
  providers: [PayersResolver, PayersService, FacilityLicencesResolver, FacilityLicencesService, PoliciesResolver, PoliciesService],
})
export class ClaimsModule {}
