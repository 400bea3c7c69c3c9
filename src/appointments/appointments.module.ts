import { Module } from '@nestjs/common';
import { MessagesModule } from '../messages/messages.module.js';
import { PatientsModule } from '../patients/patients.module.js';
import { SchedulesModule } from '../schedules/schedules.module.js';
import { AllowedSteps } from './allowed-steps.reader.js';
import { AppointmentEdits } from './appointment-edits.service.js';
import { AppointmentsReader } from './appointments.reader.js';
import { AppointmentsResolver, PatientAppointmentsResolver, SessionAppointmentsResolver } from './appointments.resolver.js';
import { BookersResolver } from './bookers/bookers.resolver.js';
import { BookersService } from './bookers/bookers.service.js';
import { BookingsService } from './bookings.service.js';
import { SessionChangesResolver } from './changes/session-changes.resolver.js';
import { SessionChangesService } from './changes/session-changes.service.js';
import { SessionEditsService } from './changes/session-edits.service.js';
import { UndoSessionChange } from './changes/undo-session-change.service.js';
import { AppointmentFiguresReader } from './figures/appointment-figures.reader.js';
import { AppointmentFiguresResolver } from './figures/appointment-figures.resolver.js';
import { FollowUpsResolver } from './follow-ups/follow-ups.resolver.js';
import { FollowUps } from './follow-ups/follow-ups.service.js';
import { SessionPlacesReader } from './free/session-places.reader.js';
import { SessionPlacesResolver } from './free/session-places.resolver.js';
import { HoldExpiry } from './held/hold-expiry.service.js';
import { UnopenedSessions } from './unopened-sessions.service.js';
import { HandInService } from './offline/hand-in.service.js';
import { LeasesService } from './offline/leases.service.js';
import { OfflineResolver } from './offline/offline.resolver.js';
import { MovedAppointments } from './moved-appointments.service.js';
import { QueueReader } from './queue.reader.js';
import { QueueResolver, SessionQueueResolver } from './queue.resolver.js';
import { QueueService } from './queue.service.js';
import { AppointmentSuccessorResolver, SessionSuccessorResolver } from './successors.resolver.js';
import { Successors } from './successors.reader.js';
import { SeriesResolver } from './series/series.resolver.js';
import { SeriesService } from './series/series.service.js';
import { WaitlistOffers } from './waitlist/waitlist-offers.service.js';
import { WaitlistResolver } from './waitlist/waitlist.resolver.js';
import { WaitlistService } from './waitlist/waitlist.service.js';

/** Appointments: places in sessions, and the queue of a session's day. */
@Module({
  imports: [MessagesModule, PatientsModule, SchedulesModule],
  providers: [
    AppointmentsResolver, SessionAppointmentsResolver, PatientAppointmentsResolver, AllowedSteps, AppointmentsReader, BookingsService, AppointmentEdits, AppointmentSuccessorResolver, SessionSuccessorResolver, Successors, QueueResolver, SessionQueueResolver, QueueService, QueueReader,
    SessionChangesResolver, SessionChangesService, SessionEditsService, UndoSessionChange, MovedAppointments, SeriesResolver, SeriesService,
    WaitlistResolver, WaitlistService, WaitlistOffers, HoldExpiry, UnopenedSessions,
    SessionPlacesResolver, SessionPlacesReader, AppointmentFiguresResolver, AppointmentFiguresReader, BookersResolver, BookersService,
    OfflineResolver, LeasesService, HandInService, FollowUps, FollowUpsResolver,
  ],
  exports: [AppointmentsReader],
})
export class AppointmentsModule {}
