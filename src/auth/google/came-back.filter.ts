import { type ArgumentsHost, Catch, type ExceptionFilter, HttpStatus } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { CameBack } from './google.errors.js';

/** Sends a browser that came back from Google with nothing on to its page, which is told why in one word. */
@Catch(CameBack)
export class CameBackFilter implements ExceptionFilter {
  catch({ page }: CameBack, host: ArgumentsHost): void {
    void host.switchToHttp().getResponse<FastifyReply>().redirect(page, HttpStatus.SEE_OTHER);
  }
}
