import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import type { Ctx } from '../../platform/context/ctx.js';
import { Keyring } from '../../platform/crypto/keyring.js';
import type { AuditedTx } from '../../platform/database/audited-tx.js';
import { constraintOf } from '../../platform/database/database-errors.js';
import { TenantDb } from '../../platform/database/tenant-db.js';
import { forbidden, notFound } from '../../platform/errors.js';
import { InputCheck } from '../../platform/input-check.js';
import { CHAMBER_TO_READ, SESSIONS_BY_ID, type SessionRow } from '../../schedules/session-rows.model.js';
import { daysAfter } from '../../schedules/wall-time.model.js';
import { AppointmentStatus } from '../appointment.enums.js';
import { LONGEST_NOTE } from '../appointment.inputs.js';
import { type AppointmentDetails, type AppointmentRow, LOCK_PATIENT, STEP_APPOINTMENT } from '../appointment-rows.js';
import { offerIsOver, waitsAlready } from '../appointments.errors.js';
import { askToStep, lockedSession } from '../booking-session.js';
import { WaitlistStatus } from './waitlist.enums.js';
import { type JoinWaitlistInput, LONGEST_WAIT_DAYS, type WaitlistRecord } from './waitlist.model.js';
import { WaitlistOffers } from './waitlist-offers.service.js';
import { ADD_ENTRY, CHAMBER_TO_WAIT, ENTRIES_OF_CHAMBER, ENTRY_BY_ID, LOCK_ENTRY, STEP_ENTRY, WAITS_ALREADY, type WaitlistRow } from './waitlist-rows.js';

/** What somebody waits for. */
interface WaitedFor {
  chamberId: string;
  doctorId: string;
  sessionId: string | null;
  firstDay: string;
  lastDay: string;
}

/** Who waits for a place. What becomes free is offered by WaitlistOffers; the desk confirms it, or passes it on. */
@Injectable()
export class WaitlistService {
  constructor(
    private readonly db: TenantDb,
    private readonly keyring: Keyring,
    private readonly offers: WaitlistOffers,
  ) {}

  /** Puts a patient on the list; in a session that has a place free it is offered at once. NOT_FOUND, FORBIDDEN, BAD_USER_INPUT, CONFLICT (WAITS_ALREADY, MERGED). */
  join(ctx: Ctx, input: JoinWaitlistInput): Promise<WaitlistRecord> {
    const check = new InputCheck();
    const note = check.line(['note'], input.note, LONGEST_NOTE);
    const days = [input.chamberId, input.doctorId, input.firstDay, input.lastDay];
    if (input.sessionId ? days.some(Boolean) : !days.every(Boolean)) check.blame(['sessionId'], 'SESSION_OR_DAYS');
    check.throwIfAny();
    return this.db.write(ctx, async (tx, [sessions]) => {
      const wanted = await this.#wanted(tx, ctx, input, sessions![0] as unknown as SessionRow | undefined);
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
      const offered = wanted.sessionId === null ? [] : await this.offers.fill(tx, ctx, wanted.sessionId);
      return { row: offered.find((one) => one.id === id) ?? row!, details };
    }, { text: `${SESSIONS_BY_ID} for no key update of s`, values: [ctx.tenantId, [input.sessionId ?? null], 'appointments:manage'] });
  }

  /** Who waits in a chamber, or has an offer, the longest first; NOT_FOUND, FORBIDDEN unless the caller holds appointments:read there. */
  async list(ctx: Ctx, chamberId: string, doctorId: string | null): Promise<WaitlistRecord[]> {
    const [chambers, rows] = await this.db.read(ctx, { text: CHAMBER_TO_READ, values: [ctx.tenantId, chamberId, 'appointments:read'] },
      { text: ENTRIES_OF_CHAMBER, values: [ctx.tenantId, chamberId, doctorId] });
    if (!chambers!.length) throw notFound();
    if (!chambers![0]!['may']) throw forbidden('appointments:read');
    return Promise.all((rows as unknown as WaitlistRow[]).map((row) => {
      ctx.disclose('waitlist-entry', row.id, row.patient_id);
      return this.#opened(ctx, row);
    }));
  }

  /** Books the place that is held for somebody; NOT_FOUND, FORBIDDEN, CONFLICT (OFFER_IS_OVER). */
  confirm(ctx: Ctx, id: string): Promise<WaitlistRecord> {
    return this.#withOffer(ctx, id, async (tx, entry, held) => {
      if (!held || held.status !== AppointmentStatus.HELD || held.held_until! <= new Date()) throw offerIsOver();
      await this.#stepHeld(tx, ctx, held, AppointmentStatus.BOOKED);
      return this.#step(tx, ctx, entry, WaitlistStatus.BOOKED);
    });
  }

  /** Takes somebody off the list; a place that is held for them goes to the next. NOT_FOUND, FORBIDDEN, CONFLICT (OFFER_IS_OVER) when the waiting is over. */
  leave(ctx: Ctx, id: string): Promise<WaitlistRecord> {
    return this.#withOffer(ctx, id, async (tx, entry, held) => {
      if (![WaitlistStatus.WAITING, WaitlistStatus.OFFERED].includes(entry.status)) throw offerIsOver();
      const left = await this.#step(tx, ctx, entry, WaitlistStatus.WITHDRAWN);
      if (held?.status === AppointmentStatus.HELD) {
        await this.#stepHeld(tx, ctx, held, AppointmentStatus.CANCELLED);
        await this.offers.fill(tx, ctx, held.session_id);
      }
      return left;
    });
  }

  /** Lets go of offers in a session that were not taken in time, and offers what is free to the next; NOT_FOUND, FORBIDDEN. */
  passOn(ctx: Ctx, sessionId: string): Promise<WaitlistRecord[]> {
    return this.db.write(ctx, async (tx, [sessions]) => {
      const [session] = sessions!;
      if (!session) throw notFound();
      if (!session['may']) throw forbidden('appointments:manage');
      tx.record('clinic-session', sessionId);
      return Promise.all((await this.offers.fill(tx, ctx, sessionId)).map((row) => this.#opened(ctx, row)));
    }, { text: `${SESSIONS_BY_ID} for no key update of s`, values: [ctx.tenantId, [sessionId], 'appointments:manage'] });
  }

  async #wanted(tx: AuditedTx, ctx: Ctx, input: JoinWaitlistInput, session: (SessionRow & { may?: boolean }) | undefined): Promise<WaitedFor> {
    if (input.sessionId) {
      if (!session) throw notFound();
      if (!session.may) throw forbidden('appointments:manage');
      return { chamberId: session.chamber_id, doctorId: session.doctor_id, sessionId: session.id, firstDay: session.local_date, lastDay: session.local_date };
    }
    const { chamberId, doctorId, firstDay, lastDay } = input as { [field in keyof Omit<WaitedFor, 'sessionId'>]: string };
    const [chambers, doctors] = await tx.group({ text: CHAMBER_TO_WAIT, values: [ctx.tenantId, chamberId] },
      { text: 'select from clinic.members m where m.tenant_id = $1 and m.id = $2', values: [ctx.tenantId, doctorId] });
    const [chamber] = chambers!;
    if (!chamber || !doctors!.length) throw notFound();
    if (!chamber['may']) throw forbidden('appointments:manage');
    const check = new InputCheck();
    if (firstDay < (chamber['today'] as string)) check.blame(['firstDay'], 'PAST');
    if (lastDay < firstDay) check.blame(['lastDay'], 'BEFORE_FIRST');
    else if (lastDay >= daysAfter(firstDay, LONGEST_WAIT_DAYS)) check.blame(['lastDay'], 'TOO_LONG', { max: LONGEST_WAIT_DAYS });
    check.throwIfAny();
    return { chamberId, doctorId, sessionId: null, firstDay, lastDay };
  }

  // The session of the offer is locked before the entry, as by who offers.
  #withOffer(ctx: Ctx, id: string, work: (tx: AuditedTx, entry: WaitlistRow, held: AppointmentRow | undefined) => Promise<WaitlistRecord>): Promise<WaitlistRecord> {
    return this.db.write(ctx, async (tx, [[seen] = []]) => {
      if (!seen) throw notFound();
      if (!seen['may']) throw forbidden('appointments:manage');
      const offeredId = (seen as unknown as WaitlistRow).offered_id;
      const [sessions, held] = offeredId === null ? [[], []] : await tx.group(...askToStep(ctx.tenantId, offeredId));
      if (offeredId !== null) lockedSession(sessions!);
      const [entry] = await tx.query<WaitlistRow>(LOCK_ENTRY, [ctx.tenantId, id]);
      // Somebody else has offered a place at this moment: what was locked is not what is held.
      if (entry!.offered_id !== offeredId) throw offerIsOver();
      return work(tx, entry!, held![0] as unknown as AppointmentRow | undefined);
    }, { text: ENTRY_BY_ID, values: [ctx.tenantId, id] });
  }

  async #stepHeld(tx: AuditedTx, ctx: Ctx, held: AppointmentRow, to: AppointmentStatus): Promise<void> {
    await tx.query(STEP_APPOINTMENT, [ctx.tenantId, held.id, to, held.skips, held.details, null, null]);
    tx.record('appointment', held.id, held.patient_id ?? undefined);
    tx.change('appointment', held.id, 'status', held.status, to);
  }

  async #step(tx: AuditedTx, ctx: Ctx, entry: WaitlistRow, to: WaitlistStatus): Promise<WaitlistRecord> {
    const [row] = await tx.query<WaitlistRow>(STEP_ENTRY, [ctx.tenantId, entry.id, to, null]);
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
