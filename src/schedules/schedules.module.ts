import { Module } from '@nestjs/common';
import { TenantsModule } from '../tenants/tenants.module.js';
import { ClosuresResolver } from './closures.resolver.js';
import { ClosuresService } from './closures.service.js';
import { HolidaysResolver } from './holidays.resolver.js';
import { HolidaysService } from './holidays.service.js';
import { NightlyPlanning } from './nightly-planning.service.js';
import { OfferedSessions } from './offered-sessions.reader.js';
import { RoomsResolver } from './rooms.resolver.js';
import { RoomsService } from './rooms.service.js';
import { SchedulesReader } from './schedules.reader.js';
import { SchedulesResolver } from './schedules.resolver.js';
import { SchedulesService } from './schedules.service.js';
import { SessionDetails } from './session-details.reader.js';
import { SessionDetailsResolver } from './session-details.resolver.js';
import { SessionPlanner } from './session-planner.writer.js';
import { SessionsReader } from './sessions.reader.js';
import { SessionsResolver } from './sessions.resolver.js';
import { SessionsService } from './sessions.service.js';
import { TimeZonesResolver } from './time-zones.resolver.js';
import { TimeZonesService } from './time-zones.service.js';

/** When and where doctors see patients: weekly hours, closures, holidays, rooms, and the sessions that come of them. */
@Module({
  imports: [TenantsModule],
  providers: [
    SchedulesResolver, SchedulesService, SchedulesReader, SessionsResolver, SessionsService, SessionsReader, SessionDetailsResolver, SessionDetails, OfferedSessions, SessionPlanner, NightlyPlanning,
    ClosuresResolver, ClosuresService, HolidaysResolver, HolidaysService, TimeZonesResolver, TimeZonesService, RoomsResolver, RoomsService,
  ],
  exports: [SessionPlanner, SessionsReader],
})
export class SchedulesModule {}
