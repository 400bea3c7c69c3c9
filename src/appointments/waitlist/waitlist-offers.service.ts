import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { v4 as uuidv4, v7 as uuidv7 } from 'uuid';
import { usualQuiet } from '../../messages/quiet-hours.model.js';
import { type AuditFact, AuditTrail } from '../../platform/context/audit-trail.js';
import { Ctx } from '../../platform/context/ctx.js';
import { Keyring } from '../../platform/crypto/keyring.js';
import { enterToWatch } from '../../platform/database/enter-to-watch.js';
import { sqlState } from '../../platform/database/database-errors.js';
import { Databases, withClient } from '../../platform/database/databases.js';
import { type Row, type Statement, runGroup } from '../../platform/database/statement-group.js';
import { Jobs } from '../../platform/jobs/jobs.js';
import { LOGGER } from '../../platform/platform.module.js';
import type { AppointmentDetails } from '../appointment-rows.js';
import { isDayClosed } from '../../schedules/closed-day.model.js';
import { AppointmentStatus } from '../appointment.enums.js';
import type { Elsewhere } from '../elsewhere.js';
import { HoldExpiry } from '../held/hold-expiry.service.js';
import { askPlaces } from '../place-rows.js';
import type { NextNumbers, TakenPlaces } from '../places.model.js';
import { type Offer, type OfferFacts, nextOffer } from './offer-plan.js';
import { OFFER_LATER, OFFER_PLACE, PLACES_OF_WAITING, SESSION_TO_OFFER, SETTLE_WAITING, type SessionToOffer, WAITING_FOR_SESSION } from './offer-rows.js';
import { WaitlistStatus } from './waitlist.enums.js';
import { OFFERS_TO_SETTLE, type Unsettled, WAITING_IN_VAIN, type WaitlistRow } from './waitlist-rows.js';

interface Sessions {
  tenantId: string;
  sessionIds: string[];
}

const { WAITING, OFFERED, BOOKED, LAPSED } = WaitlistStatus;
const ended: readonly AppointmentStatus[] = [AppointmentStatus.HELD, AppointmentStatus.EXPIRED, AppointmentStatus.CANCELLED, AppointmentStatus.NO_SHOW];

/** What the database says when a session or an entry is not as it was read. */
const CHANGED = 'SK064';
/** And when this patient cannot be given that place: they, the doctor or the room are elsewhere, or the patient is merged into another. */
const impossible: readonly string[] = ['23P01', '23505', 'SK040'];

/**
 * Offers free places to those who wait for them, whoever waits longest first; each place to one at a time, who has it until
 * it is taken or their time is over. The database queues this whenever a place becomes free. Every offer is one transaction with
 * its entry in the trail, as the role that writes it; a session that changes meanwhile is looked at again.
 */
@Injectable()
export class WaitlistOffers {
  constructor(
    private readonly databases: Databases,
    private readonly keyring: Keyring,
    private readonly trail: AuditTrail,
    private readonly holds: HoldExpiry,
    @Inject(LOGGER) private readonly logger: Logger,
    jobs: Jobs,
  ) {
    jobs.handle<Sessions>('offerPlaces', ({ tenantId, sessionIds }) => this.#offerIn(tenantId, sessionIds));
    jobs.handleNightly('endWaiting', () => this.#endWaiting());
  }

  async #offerIn(tenantId: string, sessionIds: readonly string[]): Promise<void> {
    for (const sessionId of sessionIds) {
      await this.#settle(tenantId, { text: OFFERS_TO_SETTLE, values: [tenantId, sessionId] });
      await this.holds.letGo(tenantId, sessionId);
      const passedOver: string[] = [];
      while (await this.#offerNext(tenantId, sessionId, passedOver));
    }
  }

  // False when there is nothing left to offer.
  async #offerNext(tenantId: string, sessionId: string, passedOver: string[]): Promise<boolean> {
    const facts = await this.#facts(tenantId, sessionId, passedOver);
    const offer = facts && nextOffer(facts);
    if (!offer) return false;
    try {
      await this.#hold(tenantId, facts.session, offer);
    } catch (error) {
      if (impossible.includes(sqlState(error) ?? '')) passedOver.push(offer.entry.id);
      else if (sqlState(error) !== CHANGED) throw error;
    }
    return true;
  }

  async #facts(tenantId: string, sessionId: string, passedOver: readonly string[]): Promise<OfferFacts | undefined> {
    const of = [tenantId, sessionId];
    const [sessions, numbers, taken, waiting, elsewhere] = await this.#read(tenantId, { text: SESSION_TO_OFFER, values: [...of, usualQuiet.from, usualQuiet.until] },
      ...askPlaces(tenantId, [sessionId]), { text: WAITING_FOR_SESSION, values: [...of, passedOver] }, { text: PLACES_OF_WAITING, values: of });
    const session = sessions![0] as unknown as SessionToOffer | undefined;
    if (!session || !waiting!.length || await isDayClosed(session)) return undefined;
    if (session.undoable_until) {
      // Whoever is told of a place must find it there.
      await this.#read(tenantId, { text: OFFER_LATER, values: [...of, session.undoable_until] });
      return undefined;
    }
    return {
      session, now: session.now, timeZone: session.time_zone, quiet: { from: session.quiet_from, until: session.quiet_until }, numbers: numbers as unknown as NextNumbers[],
      taken: taken as unknown as TakenPlaces[], waiting: waiting as unknown as WaitlistRow[], elsewhere: elsewhere as unknown as Elsewhere[],
    };
  }

  async #hold(tenantId: string, session: OfferFacts['session'], { entry, place, slot, heldUntil }: Offer): Promise<void> {
    const [id, messageId] = [uuidv7(), uuidv7()];
    const keys = await this.keyring.of(tenantId, [entry.details]);
    const details = keys.open<AppointmentDetails>('clinic.waitlist_entries', entry.id, 'details', entry.details);
    await this.#write(tenantId, 'offerPlace', {
      text: OFFER_PLACE, values: [
        tenantId, entry.id, session.id, session.version, session.queue_version, id, place.series, place.from, slot?.from ?? null, slot?.until ?? null,
        keys.seal('clinic.appointments', id, 'details', details), heldUntil, messageId],
    }, {
      action: 'UPDATED', outcome: 'SUCCESS',
      records: [{ type: 'waitlist-entry', id: entry.id, patientId: entry.patient_id }, { type: 'appointment', id, patientId: entry.patient_id }, { type: 'message', id: messageId, patientId: entry.patient_id }],
      changes: [{ type: 'waitlist-entry', id: entry.id, field: 'status', before: WAITING, after: OFFERED }, { type: 'appointment', id, field: 'status', before: null, after: AppointmentStatus.HELD }],
    });
  }

  async #settle(tenantId: string, which: Statement): Promise<void> {
    const [unsettled] = await this.#read(tenantId, which);
    for (const entry of unsettled as unknown as Unsettled[]) {
      const after = afterwards(entry);
      await this.#write(tenantId, 'settleWaiting', { text: SETTLE_WAITING, values: [tenantId, entry.id, entry.status, after] }, {
        action: 'UPDATED', outcome: 'SUCCESS',
        records: [{ type: 'waitlist-entry', id: entry.id, patientId: entry.patient_id }, ...(entry.offered_id ? [{ type: 'appointment', id: entry.offered_id, patientId: entry.patient_id }] : [])],
        changes: [{ type: 'waitlist-entry', id: entry.id, field: 'status', before: entry.status, after }],
      }).catch((error: unknown) => {
        // Somebody at the desk was faster.
        if (sqlState(error) !== CHANGED) throw error;
      });
    }
  }

  async #endWaiting(): Promise<void> {
    const [practices] = await withClient(this.databases.jobs, (client) => runGroup(client, [{ text: 'select p as id from platform.practices() p' }]));
    for (const { id } of practices!) {
      await this.#settle(id as string, { text: WAITING_IN_VAIN, values: [id] })
        .catch((error: unknown) => this.logger.error({ err: error, practiceId: id }, 'the waitlist of a practice could not be cleared of those whose last day is over'));
    }
  }

  async #read(tenantId: string, ...statements: Statement[]): Promise<Row[][]> {
    const [, ...rows] = await withClient(this.databases.jobs, (client) => runGroup(client, [enterToWatch(tenantId), ...statements]));
    return rows;
  }

  // Outside of BEGIN a group is one transaction: all of it or nothing.
  async #write(tenantId: string, what: string, statement: Statement, fact: AuditFact): Promise<void> {
    const ctx = new Ctx({ requestId: uuidv4(), ip: null, device: null }, undefined, null, `server.${what}`);
    const entries = await this.trail.statements(ctx, [{ ...fact, tenantId }]);
    await withClient(this.databases.audit, (client) => runGroup(client, [statement, ...entries]));
  }
}

// Who loses a place because there is no session goes on waiting; whose hold the desk or they themselves let go does not.
function afterwards({ status, held_status: held, is_off: isOff }: Unsettled): WaitlistStatus {
  if (status === WAITING) return LAPSED;
  if (held === AppointmentStatus.CANCELLED && isOff) return WAITING;
  return ended.includes(held!) ? LAPSED : BOOKED;
}
