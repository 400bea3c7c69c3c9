import { Module } from '@nestjs/common';
import { BookingLinksService } from './booking/booking-links.service.js';
import { CodeForgetting } from './booking/code-forgetting.service.js';
import { Deposits } from './booking/deposit.reader.js';
import { DepositResolver } from './booking/deposit.resolver.js';
import { OffersReader } from './booking/offers.reader.js';
import { OnlineBookingsService } from './booking/online-bookings.service.js';
import { OnlineDeposits } from './booking/online-deposits.writer.js';
import { OnlineDeskResolver } from './booking/online-desk.resolver.js';
import { OnlineSettingsService } from './booking/online-settings.service.js';
import { OnlineResolver, OnlineSlotsResolver } from './booking/online.resolver.js';
import { CalendarController } from './calendar/calendar.controller.js';
import { CalendarFeedsResolver } from './calendar/calendar-feeds.resolver.js';
import { CalendarFeedsService } from './calendar/calendar-feeds.service.js';
import { FetchedCalendars } from './calendar/fetched-calendars.reader.js';
import { DisplayController } from './display/display.controller.js';
import { QueueDisplaysResolver } from './display/queue-displays.resolver.js';
import { QueueDisplaysService } from './display/queue-displays.service.js';
import { ShownDisplays } from './display/shown-displays.reader.js';
import { PaperService } from './verification/paper.service.js';
import { VerificationController } from './verification/verification.controller.js';
import { VerificationResolver } from './verification/verification.resolver.js';
import { AppointmentsModule } from '../appointments/appointments.module.js';
import { PrescriptionsModule } from '../prescriptions/prescriptions.module.js';
import { SchedulesModule } from '../schedules/schedules.module.js';
import { LinkDb } from './link-db.js';
import { OpenedVisits } from './video/opened-visits.reader.js';
import { VideoRooms } from './video/video-rooms.js';
import { PracticeVideoResolver, VideoWindowResolver } from './video/video-visits.resolver.js';
import { VisitController } from './video/visit.controller.js';
import { VisitsResolver } from './video/visits.resolver.js';
import { VisitsService } from './video/visits.service.js';

/** What opens by a link, without an account: the queue of a chamber on a screen, a doctor's calendar, a visit by video, booking online, and a paper by the code on it. */
@Module({
  imports: [AppointmentsModule, SchedulesModule, PrescriptionsModule],
  controllers: [DisplayController, CalendarController, VisitController, VerificationController],
  providers: [
    LinkDb, QueueDisplaysResolver, QueueDisplaysService, ShownDisplays, CalendarFeedsResolver, CalendarFeedsService, FetchedCalendars,
    VisitsResolver, VisitsService, OpenedVisits, VideoRooms, PracticeVideoResolver, VideoWindowResolver,
    OnlineResolver, OnlineSlotsResolver, OnlineBookingsService, OffersReader, OnlineDeskResolver, BookingLinksService, Deposits, DepositResolver, OnlineSettingsService, CodeForgetting, OnlineDeposits,
    PaperService, VerificationResolver,
  ],
  exports: [OnlineDeposits],
})
export class LinksModule {}
