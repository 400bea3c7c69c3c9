import { Module } from '@nestjs/common';
import { AssignmentsService } from './assignments.service.js';
import { ChamberDoctors } from './chamber-doctors.reader.js';
import { ChamberDoctorsResolver } from './chamber-doctors.resolver.js';
import { ChambersResolver } from './chambers.resolver.js';
import { ChambersService } from './chambers.service.js';
import { InvitationsService } from './invitations.service.js';
import { MemberLicences } from './member-licences.reader.js';
import { MemberNames } from './member-names.reader.js';
import { MemberNamesResolver } from './member-names.resolver.js';
import { Letterheads } from './letterheads.reader.js';
import { MembersResolver } from './members.resolver.js';
import { MembersService } from './members.service.js';
import { OwnerLettersWriter } from './owner-letters.writer.js';
import { PermissionsResolver } from './permissions.resolver.js';
import { PermissionsService } from './permissions.service.js';
import { PracticeCountries } from './practice-countries.reader.js';
import { PracticeResolver } from './practice.resolver.js';
import { PracticeService } from './practice.service.js';
import { SavedFilterMembersResolver } from './saved-filter-members.resolver.js';

/** Practices, their chambers, members and permissions. */
@Module({
  providers: [
    Letterheads,
    PracticeResolver, PracticeService, ChambersResolver, ChambersService, ChamberDoctors, ChamberDoctorsResolver, MembersResolver, MembersService, InvitationsService, AssignmentsService,
    PermissionsResolver, PermissionsService, PracticeCountries, MemberNames, MemberNamesResolver, MemberLicences, OwnerLettersWriter, SavedFilterMembersResolver,
  ],
  exports: [PracticeCountries, MemberNames, OwnerLettersWriter, Letterheads, MemberLicences],
})
export class TenantsModule {}
