import { Module } from '@nestjs/common';
import { DisplayController } from './display/display.controller.js';
import { QueueDisplaysResolver } from './display/queue-displays.resolver.js';
import { QueueDisplaysService } from './display/queue-displays.service.js';
import { ShownDisplays } from './display/shown-displays.reader.js';

/** What opens by a link, without an account: the queue of a chamber on a screen. */
@Module({
  controllers: [DisplayController],
  providers: [QueueDisplaysResolver, QueueDisplaysService, ShownDisplays],
})
export class LinksModule {}
