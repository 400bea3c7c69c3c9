import { Controller, Get, HttpStatus, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Public } from './access/can.decorator.js';
import { Databases } from './database/databases.js';

/** For whatever watches the server; tells nothing else. */
@Controller('health')
export class HealthController {
  constructor(private readonly databases: Databases) {}

  /** The process answers. */
  @Get('live')
  @Public('says nothing but that the process answers')
  live(): { status: string } {
    return { status: 'ok' };
  }

  /** Each database role can be reached; 503 otherwise. */
  @Get('ready')
  @Public('says nothing but whether the database answers')
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<{ status: string }> {
    try {
      await Promise.all([this.databases.app, this.databases.auth, this.databases.audit].map((pool) => pool.query('select 1')));
      return { status: 'ok' };
    } catch {
      void reply.status(HttpStatus.SERVICE_UNAVAILABLE);
      return { status: 'unavailable' };
    }
  }
}
