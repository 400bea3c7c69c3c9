import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import type { Ctx } from '../../platform/context/ctx.js';
import { Keyring } from '../../platform/crypto/keyring.js';
import type { AuditedTx } from '../../platform/database/audited-tx.js';
import { constraintOf } from '../../platform/database/database-errors.js';
import type { Row } from '../../platform/database/statement-group.js';
import { TenantDb } from '../../platform/database/tenant-db.js';
import { forbidden, notFound, staleVersion } from '../../platform/errors.js';
import { type PageArgs, idOfCursor } from '../../platform/graphql/connection.js';
import { InputCheck } from '../../platform/input-check.js';
import { ofNew, queueMessages, recordQueued } from '../../messages/messages.writer.js';
import { CLOSED_DAYS, type ClosableDay } from '../../schedules/closed-day.model.js';
import { chamberIsArchived } from '../../schedules/schedules-errors.model.js';
import { SESSION_OBSTACLES } from '../../schedules/session-obstacle.model.js';
import { CHAMBER_TO_READ, SESSIONS_BY_ID, type SessionRow } from '../../schedules/session-rows.model.js';
import { daysAfter } from '../../schedules/wall-time.model.js';
import { AppointmentStatus } from '../appointment.enums.js';
import { LONGEST_NOTE } from '../appointment.inputs.js';
import { type AppointmentDetails, type AppointmentRow, LOCK_PATIENT, STEP_APPOINTMENT } from '../appointment-rows.js';
import { offerIsOver, waitsAlready } from '../appointments.errors.js';
import { askToStep, lockedSession, refuseClosedDay, refuseToBook } from '../booking-session.js';
import { WaitlistStatus } from './waitlist.enums.js';
import { type JoinWaitlistInput, LONGEST_WAIT_DAYS, type WaitlistRecord } from './waitlist.model.js';
import { ADD_ENTRY, CHAMBER_TO_WAIT, COUNT_OF_ENDED, DOCTOR_TO_WAIT, ENDED_OF_CHAMBER, END_ENTRY, ENTRIES_OF_CHAMBER, ENTRY_BY_ID, LOCK_ENTRY, WAITS_ALREADY, type WaitlistRow } from './waitlist-rows.js';

const FARTHEST_DAYS = 366;

/** What somebody waits for. */
interface WaitedFor {
  chamberId: string;
  doctorId: string;
  sessionId: string | null;
  firstDay: string;
  lastDay: string;
}

/** A place that was offered to somebody, behind the lock of its session. */
interface Offered {
  held: AppointmentRow;
  session: SessionRow;
  obstacles: readonly Row[];
  day: ClosableDay;
  now: Date;
}

/** Who waits for a place. What becomes free is offered by WaitlistOffers; the desk books it for the patient, or takes them off the list. */
@Injectable()
export class WaitlistService {
  constructor(
    private readonly db: TenantDb,
    private readonly keyring: Keyring,
  ) {}

  /** Puts a patient on the list; what is free already is offered within moments. NOT_FOUND, FORBIDDEN, BAD_USER_INPUT, CONFLICT (WAITS_ALREADY, SESSION_STATUS, SESSION_OVER, DOCTOR_LEFT, CHAMBER_ARCHIVED, MERGED). */
  join(ctx: Ctx, input: JoinWaitlistInput): Promise<WaitlistRecord> {
    const check = new InputCheck();
    const note = check.line(['note'], input.note, LONGEST_NOTE);
    const days = [input.chamberId, input.doctorId, input.firstDay, input.lastDay];
    if (input.sessionId ? days.some(Boolean) : !days.every(Boolean)) check.blame(['sessionId'], 'SESSION_OR_DAYS');
    check.throwIfAny();
    return this.db.write(ctx, async (tx, [sessions, obstacles]) => {
      const wanted = await this.#wanted(tx, ctx, input, sessions![0] as unknown as SessionRow | undefined, obstacles!);
      const { tenantId } = ctx;
      const [, others] = await tx.group({ text: LOCK_PATIENT, values: [tenantId, input.patientId] },
        { text: WAITS_ALREADY, values: [tenantId, input.patientId, wanted.chamberId, wanted.doctorId, wanted.firstDay, wanted.lastDay] });
      if (others!.length) throw waitsAlready(others![0]!['id'] as string);
      const id = uuidv7();
      const details: AppointmentDetails = note === null ? {} : { note };
      const keys = await this.keyring.of(tenantId);
      const [row] = await tx.query<WaitlistRow>(ADD_ENTRY, [
        tenantId, id, wanted.chamberId, wanted.doctorId, wanted.sessionId, wanted.firstDay, wanted.lastDay, input.patientId, input.visitType,
        keys.seal('clinic.waitlist_entries', id, 'details', details), ctx.member.memberId]).catch(explain);
      tx.record('waitlist-entry', id, input.patientId);
      tx.change('waitlist-entry', id, 'status', null, WaitlistStatus.WAITING);
      return { row: row!, details };
    }, { text: SESSIONS_BY_ID, values: [ctx.tenantId, [input.sessionId ?? null], 'appointments:manage'] },
    { text: SESSION_OBSTACLES, values: [ctx.tenantId, [input.sessionId ?? null]] });
  }

  /** Who waits in a chamber, or has an offer, the longest first; NOT_FOUND, FORBIDDEN unless the caller holds appointments:read there. */
  async list(ctx: Ctx, chamberId: string, doctorId: string | null): Promise<WaitlistRecord[]> {
    const [chambers, rows] = await this.db.read(ctx, { text: CHAMBER_TO_READ, values: [ctx.tenantId, chamberId, 'appointments:read'] },
      { text: ENTRIES_OF_CHAMBER, values: [ctx.tenantId, chamberId, doctorId] });
    if (!chambers!.length) throw notFound();
    if (!chambers![0]!['may']) throw forbidden('appointments:read');
    return this.#shown(ctx, rows as unknown as WaitlistRow[]);
  }

  /** `first` of those whose waiting in a chamber is over and one more if there are more, the last who joined first; NOT_FOUND, FORBIDDEN as above. */
  async ended(ctx: Ctx, chamberId: string, { first, after }: PageArgs): Promise<WaitlistRecord[]> {
    const [chambers, rows] = await this.db.read(ctx, { text: CHAMBER_TO_READ, values: [ctx.tenantId, chamberId, 'appointments:read'] },
      { text: ENDED_OF_CHAMBER, values: [ctx.tenantId, chamberId, first + 1, idOfCursor(after)] });
    if (!chambers!.length) throw notFound();
    if (!chambers![0]!['may']) throw forbidden('appointments:read');
    return this.#shown(ctx, rows as unknown as WaitlistRow[]);
  }

  /** How many they are. */
  async countEnded(ctx: Ctx, chamberId: string): Promise<number> {
    const [rows] = await this.db.read(ctx, { text: COUNT_OF_ENDED, values: [ctx.tenantId, chamberId] });
    return rows![0]!['count'] as number;
  }

  async #shown(ctx: Ctx, entries: WaitlistRow[]): Promise<WaitlistRecord[]> {
    const keys = await this.keyring.of(ctx.tenantId, entries.map(({ details }) => details));
    return entries.map((row) => {
      ctx.disclose('waitlist-entry', row.id, row.patient_id);
      return { row, details: keys.open<AppointmentDetails>('clinic.waitlist_entries', row.id, 'details', row.details) };
    });
  }

  /** Books the place that is held for somebody; NOT_FOUND, FORBIDDEN, CONFLICT (OFFER_IS_OVER, SESSION_STATUS, SESSION_OVER, DAY_CLOSED, DOCTOR_LEFT, CHAMBER_ARCHIVED). */
  accept(ctx: Ctx, id: string): Promise<WaitlistRecord> {
    return this.#withOffer(ctx, id, async (tx, entry, offer) => {
      if (entry.status !== WaitlistStatus.OFFERED || !offer || offer.held.status !== AppointmentStatus.HELD || offer.held.held_until! <= offer.now) throw offerIsOver();
      refuseToBook(offer.session, offer.obstacles);
      await refuseClosedDay(offer.day);
      await this.#stepHeld(tx, ctx, offer.held, AppointmentStatus.BOOKED);
      recordQueued(tx, (await tx.group(queueMessages(ctx.tenantId, [offer.held.id], ofNew)))[0]!);
      return this.#end(tx, ctx, entry, WaitlistStatus.BOOKED);
    });
  }

  /** Takes somebody off the list; a place that is held for them goes to the next. NOT_FOUND, FORBIDDEN, CONFLICT (OFFER_IS_OVER) when the waiting is over. */
  leave(ctx: Ctx, id: string): Promise<WaitlistRecord> {
    return this.#withOffer(ctx, id, async (tx, entry, offer) => {
      if (entry.status !== WaitlistStatus.WAITING && entry.status !== WaitlistStatus.OFFERED) throw offerIsOver();
      if (offer?.held.status === AppointmentStatus.HELD) await this.#stepHeld(tx, ctx, offer.held, AppointmentStatus.CANCELLED);
      return this.#end(tx, ctx, entry, WaitlistStatus.LEFT);
    });
  }

  async #wanted(tx: AuditedTx, ctx: Ctx, input: JoinWaitlistInput, session: (SessionRow & { may?: boolean }) | undefined, obstacles: readonly Row[]): Promise<WaitedFor> {
    if (input.sessionId) {
      if (!session) throw notFound();
      if (!session.may) throw forbidden('appointments:manage');
      refuseToBook(session, obstacles);
      return { chamberId: session.chamber_id, doctorId: session.doctor_id, sessionId: session.id, firstDay: session.local_date, lastDay: session.local_date };
    }
    const { chamberId, doctorId, firstDay, lastDay } = input as { [field in keyof Omit<WaitedFor, 'sessionId'>]: string };
    const [chambers, doctors] = await tx.group({ text: CHAMBER_TO_WAIT, values: [ctx.tenantId, chamberId] },
      { text: DOCTOR_TO_WAIT, values: [ctx.tenantId, doctorId, chamberId] });
    const [chamber] = chambers!;
    if (!chamber || !doctors!.length) throw notFound();
    if (!chamber['may']) throw forbidden('appointments:manage');
    if (chamber['archived']) throw chamberIsArchived();
    const check = new InputCheck();
    if (!doctors![0]!['is_doctor']) check.blame(['doctorId'], 'NOT_A_DOCTOR_THERE');
    if (firstDay < (chamber['today'] as string)) check.blame(['firstDay'], 'PAST');
    if (lastDay < firstDay) check.blame(['lastDay'], 'BEFORE_FIRST');
    else if (lastDay >= daysAfter(firstDay, LONGEST_WAIT_DAYS)) check.blame(['lastDay'], 'TOO_LONG', { max: LONGEST_WAIT_DAYS });
    else if (lastDay > daysAfter(chamber['today'] as string, FARTHEST_DAYS)) check.blame(['lastDay'], 'TOO_FAR');
    check.throwIfAny();
    return { chamberId, doctorId, sessionId: null, firstDay, lastDay };
  }

  // The session of the offer is locked before the entry, as by who offers.
  #withOffer(ctx: Ctx, id: string, work: (tx: AuditedTx, entry: WaitlistRow, offer: Offered | undefined) => Promise<WaitlistRecord>): Promise<WaitlistRecord> {
    return this.db.write(ctx, async (tx, [rows]) => {
      const [seen] = rows!;
      if (!seen) throw notFound();
      if (!seen['may']) throw forbidden('appointments:manage');
      const offeredId = (seen as unknown as WaitlistRow).offered_id;
      const [sessions, held] = offeredId === null ? [] : await tx.group(...askToStep(ctx.tenantId, offeredId));
      const session = sessions && lockedSession(sessions);
      const of = [ctx.tenantId, [session?.['id'] ?? null]];
      const [entries, obstacles, days] = await tx.group({ text: LOCK_ENTRY, values: [ctx.tenantId, id] }, { text: SESSION_OBSTACLES, values: of }, { text: CLOSED_DAYS, values: of });
      const entry = entries![0] as unknown as WaitlistRow;
      // A place was offered at this very moment, and is not what was looked at.
      if (entry.offered_id !== offeredId) throw staleVersion();
      return work(tx, entry, session && { held: held![0] as unknown as AppointmentRow, session: session as unknown as SessionRow, obstacles: obstacles!, day: days![0] as unknown as ClosableDay, now: session['now'] as Date });
    }, { text: ENTRY_BY_ID, values: [ctx.tenantId, id] });
  }

  async #stepHeld(tx: AuditedTx, ctx: Ctx, held: AppointmentRow, to: AppointmentStatus): Promise<void> {
    await tx.query(STEP_APPOINTMENT, [ctx.tenantId, held.id, to, held.skips, held.details, null, null]);
    tx.record('appointment', held.id, held.patient_id ?? undefined);
    tx.change('appointment', held.id, 'status', held.status, to);
  }

  async #end(tx: AuditedTx, ctx: Ctx, entry: WaitlistRow, to: WaitlistStatus): Promise<WaitlistRecord> {
    const [row] = await tx.query<WaitlistRow>(END_ENTRY, [ctx.tenantId, entry.id, to]);
    tx.record('waitlist-entry', entry.id, entry.patient_id);
    tx.change('waitlist-entry', entry.id, 'status', entry.status, to);
    return this.#opened(ctx, row!);
  }

  async #opened(ctx: Ctx, row: WaitlistRow): Promise<WaitlistRecord> {
    const keys = await this.keyring.of(ctx.tenantId, [row.details]);
    return { row, details: keys.open<AppointmentDetails>('clinic.waitlist_entries', row.id, 'details', row.details) };
  }
}

function explain(error: unknown): never {
  throw constraintOf(error) === 'waitlist_entries__patient' ? notFound() : error;
}
