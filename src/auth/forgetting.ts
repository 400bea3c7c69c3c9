import { Injectable } from '@nestjs/common';
import { Jobs } from '../platform/jobs/jobs.js';
import { AuthDb } from './auth-db.js';

/** Has the database forget each night what is over: half sign-ins, challenges, links, counts of tries, devices that nobody used for 400 days, and refresh tokens of dead sessions. */
@Injectable()
export class Forgetting {
  constructor(db: AuthDb, jobs: Jobs) {
    jobs.handleNightly('forgetCredentials', async () => void (await db.apply({ text: 'select auth.forget()' })));
  }
}
