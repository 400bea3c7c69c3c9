import { Module } from '@nestjs/common';
import { ClinicalModule } from '../clinical/clinical.module.js';
import { PatientsModule } from '../patients/patients.module.js';
import { TenantsModule } from '../tenants/tenants.module.js';
import { TerminologyModule } from '../terminology/terminology.module.js';
import { ClaimChecks } from './claims/claim-checks.js';
import { ClaimsReader } from './claims/claims.reader.js';
import { ClaimsResolver, PatientClaimsResolver } from './claims/claims.resolver.js';
import { ClaimsService } from './claims/claims.service.js';
import { FacilityLicencesResolver } from './insurance/facility-licences.resolver.js';
import { FacilityLicencesService } from './insurance/facility-licences.service.js';
import { PayersResolver } from './insurance/payers.resolver.js';
import { PayersService } from './insurance/payers.service.js';
import { PoliciesResolver } from './insurance/policies.resolver.js';
import { PoliciesService } from './insurance/policies.service.js';
import { RemittancesResolver } from './remittances/remittances.resolver.js';
import { RemittancesService } from './remittances/remittances.service.js';
import { SubmissionsResolver } from './submissions/submissions.resolver.js';
import { SubmissionsService } from './submissions/submissions.service.js';

/** Insurance: who pays for patients, and the claims that are sent to them. */
@Module({
  imports: [TenantsModule, PatientsModule, TerminologyModule, ClinicalModule],
  providers: [
    PayersResolver, PayersService, FacilityLicencesResolver, FacilityLicencesService, PoliciesResolver, PoliciesService,
    ClaimChecks, ClaimsReader, ClaimsService, ClaimsResolver, PatientClaimsResolver, SubmissionsService, SubmissionsResolver, RemittancesService, RemittancesResolver,
  ],
})
export class ClaimsModule {}
