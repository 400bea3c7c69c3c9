import { Module } from '@nestjs/common';
import { CalendarController } from './calendar/calendar.controller.js';
import { CalendarFeedsResolver } from './calendar/calendar-feeds.resolver.js';
import { CalendarFeedsService } from './calendar/calendar-feeds.service.js';
import { FetchedCalendars } from './calendar/fetched-calendars.reader.js';
import { DisplayController } from './display/display.controller.js';
import { QueueDisplaysResolver } from './display/queue-displays.resolver.js';
import { QueueDisplaysService } from './display/queue-displays.service.js';
import { ShownDisplays } from './display/shown-displays.reader.js';
import { LinkDb } from './link-db.js';
import { OpenedVisits } from './video/opened-visits.reader.js';
import { VideoRooms } from './video/video-rooms.js';
import { VisitController } from './video/visit.controller.js';
import { VisitsResolver } from './video/visits.resolver.js';
import { VisitsService } from './video/visits.service.js';

/** What opens by a link, without an account: the queue of a chamber on a screen, a doctor's calendar, a visit by video. */
@Module({
  controllers: [DisplayController, CalendarController, VisitController],
  providers: [
    LinkDb, QueueDisplaysResolver, QueueDisplaysService, ShownDisplays, CalendarFeedsResolver, CalendarFeedsService, FetchedCalendars,
    VisitsResolver, VisitsService, OpenedVisits, VideoRooms,
  ],
})
export class LinksModule {}
