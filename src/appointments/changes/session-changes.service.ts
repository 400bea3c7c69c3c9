import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import type { Ctx } from '../../platform/context/ctx.js';
import { Keyring } from '../../platform/crypto/keyring.js';
import type { AuditedTx } from '../../platform/database/audited-tx.js';
import { constraintOf } from '../../platform/database/database-errors.js';
import { TenantDb } from '../../platform/database/tenant-db.js';
import { forbidden, notFound, staleVersion } from '../../platform/errors.js';
import { MessagesReader } from '../../messages/messages.reader.js';
import { recordQueued } from '../../messages/messages.writer.js';
import { sessionsOverlap } from '../../schedules/schedules-errors.model.js';
import { SessionStatus } from '../../schedules/schedule-enums.model.js';
import { SESSIONS_BY_ID, type SessionRow } from '../../schedules/session-rows.model.js';
import { EXPIRE_HELD, STEP_SESSION } from '../appointment-rows.js';
import { noteExpired } from '../booking-session.js';
import { changeIsBlocked, patientIsElsewhere, slotTaken } from '../appointments.errors.js';
import { AppointmentsReader } from '../appointments.reader.js';
import { TAKE_NUMBERS } from '../place-rows.js';
import { queueTold, toTell } from './change-messages.js';
import { type ChangeOfSessions, askFacts, factsFrom, sessionsFrom, sessionsOf } from './change-facts.js';
import { MovedAppointments } from '../moved-appointments.service.js';
import { type PlannedFate, fingerprintOf, planChange, shiftedStatus, statusAfter } from './planned-change.js';
import { AppointmentOutcome, SessionChangeKind } from './session-change.enums.js';
import type { ChangeSessionInput, SessionChangeInput } from './session-change.inputs.js';
import type { PreviewedChange, SessionChangeDetails, SessionChangeRecord } from './session-change-record.js';
import {
  ADD_CHANGE, ADD_CHANGED, CHANGED_OF_SESSION, CHANGES_OF_SESSION, type ChangedAppointmentRow, DELAY_SESSION, LOCK_DOCTOR_OF, LOCK_PATIENTS_OF, LOCK_ROOM_OF,
  SESSIONS_TO_CHANGE, SESSIONS_TO_PREVIEW, type SessionChangeRow,
} from './session-change-rows.js';
import { heirOf } from './session-heir.js';
import { checkedReason } from './wanted-change.js';

/** For how long a change can be undone. */
export const UNDO_MINUTES = 10;

/** Changes whole sessions, with everybody in them: shows first what would become of whom, and does exactly that in one transaction. */
@Injectable()
export class SessionChangesService {
  constructor(
    private readonly db: TenantDb,
    private readonly keyring: Keyring,
    private readonly appointments: AppointmentsReader,
    private readonly moved: MovedAppointments,
    private readonly messages: MessagesReader,
  ) {}

  /** What a change would do; NOT_FOUND, FORBIDDEN, BAD_USER_INPUT, CONFLICT (SESSION_STATUS, SESSION_OVER, DAY_CLOSED, DOCTOR_LEFT, CHAMBER_ARCHIVED). */
  async preview(ctx: Ctx, input: SessionChangeInput): Promise<PreviewedChange> {
    const reason = checkedReason(input);
    const [sessions] = await this.db.read(ctx, { text: SESSIONS_TO_PREVIEW, values: [ctx.tenantId, sessionsOf(input)] });
    const change = sessionsFrom(sessions!, input, reason);
    const facts = await factsFrom(await this.db.read(ctx, ...askFacts(ctx.tenantId, change)), change);
    const fates = planChange(change.wanted, facts);
    ctx.disclose('clinic-session', change.session.id);
    facts.inTheWay.filter(({ may }) => may).forEach(({ id }) => ctx.disclose('clinic-session', id));
    const records = await this.appointments.opened(ctx, fates.map(({ row }) => row));
    const bookers = new Map(records.map(({ row, details }) => [row.id, details.booker?.phone]));
    const notReached = await this.messages.notReached(ctx, toTell(fates).map(({ row }) => ({ id: row.id, patientId: row.patient_id, booker: bookers.get(row.id) })));
    return { preview: fingerprintOf(change.wanted, change.session, fates), session: change.session, inTheWay: facts.inTheWay, seen: facts.seen, leased: facts.leased, fates, records, notReached };
  }

  /** Does what was previewed, or nothing; besides, CONFLICT (STALE_VERSION, CHANGE_BLOCKED, SESSIONS_OVERLAP). */
  change(ctx: Ctx, input: ChangeSessionInput): Promise<SessionChangeRecord> {
    const reason = checkedReason(input);
    const of = [ctx.tenantId, input.sessionId];
    return this.db.write(ctx, async (tx, [, , sessions]) => {
      const change = sessionsFrom(sessions!, input, reason);
      await tx.group({ text: LOCK_PATIENTS_OF, values: of });
      const facts = await factsFrom(await tx.group(...askFacts(ctx.tenantId, change)), change);
      const fates = planChange(change.wanted, facts);
      if (fingerprintOf(change.wanted, change.session, fates) !== input.preview) throw staleVersion();
      const blocked = fates.filter(({ outcome }) => outcome === AppointmentOutcome.NOT_MOVED).length;
      if (blocked) throw changeIsBlocked(blocked);
      if (change.wanted.kind === SessionChangeKind.SHIFT && facts.inTheWay.length) throw sessionsOverlap(facts.inTheWay);
      tx.reason = reason;
      noteExpired(tx, (await tx.group(...sessionsOf(input).map((id) => ({ text: EXPIRE_HELD, values: [ctx.tenantId, id] })))).flat());
      return this.#carryOut(tx, ctx, change, fates).catch(explain);
    }, { text: LOCK_DOCTOR_OF, values: of }, { text: LOCK_ROOM_OF, values: of }, { text: SESSIONS_TO_CHANGE, values: [ctx.tenantId, sessionsOf(input)] });
  }

  /** What was done to a session, the latest first; NOT_FOUND, FORBIDDEN unless the caller holds appointments:read in its chamber. */
  async ofSession(ctx: Ctx, sessionId: string): Promise<SessionChangeRecord[]> {
    const values = [ctx.tenantId, sessionId];
    const [sessions, rows, appointments] = await this.db.read(ctx, { text: SESSIONS_BY_ID, values: [ctx.tenantId, [sessionId], 'appointments:read'] },
      { text: CHANGES_OF_SESSION, values }, { text: CHANGED_OF_SESSION, values });
    if (!sessions!.length) throw notFound();
    if (!sessions![0]!['may']) throw forbidden('appointments:read');
    const changes = rows as unknown as SessionChangeRow[];
    const keys = await this.keyring.of(ctx.tenantId, changes.map(({ details }) => details));
    return changes.map((row) => {
      ctx.disclose('session-change', row.id);
      const { reason } = keys.open<SessionChangeDetails>('clinic.session_changes', row.id, 'details', row.details);
      return { row, reason, appointments: (appointments as unknown as ChangedAppointmentRow[]).filter(({ change_id: id }) => id === row.id) };
    });
  }

  async #carryOut(tx: AuditedTx, ctx: Ctx, { session, target, wanted }: ChangeOfSessions, fates: PlannedFate[]): Promise<SessionChangeRecord> {
    const { tenantId } = ctx;
    const successors = new Map<string, string>();
    let to: SessionRow | undefined = target;
    let after: SessionRow | undefined;
    if (wanted.kind === SessionChangeKind.DELAY) {
      [after] = await tx.query<SessionRow>(DELAY_SESSION, [tenantId, session.id, wanted.minutes]);
      tx.change('clinic-session', session.id, 'delayMinutes', session.delay_minutes, wanted.minutes);
    } else {
      await this.moved.end(tx, ctx, fates.map(({ row }) => row), wanted.reason);
      [after] = await tx.query<SessionRow>(STEP_SESSION, [tenantId, session.id, SessionStatus.CANCELLED]);
      tx.change('clinic-session', session.id, 'status', session.status, SessionStatus.CANCELLED);
    }
    if (wanted.kind === SessionChangeKind.SHIFT) {
      to = await heirOf(tx, ctx, session, {
        local_date: wanted.localDate, starts_at: wanted.period.startsAt, ends_at: wanted.period.endsAt, capacity: wanted.capacity, status: shiftedStatus(session, wanted.localDate), delay_minutes: 0,
      });
      tx.change('clinic-session', to.id, 'begins', session.starts_at.toISOString(), wanted.period.startsAt.toISOString());
    }
    if (to) {
      const isOpen = to.status !== SessionStatus.PLANNED && to.local_date === session.local_date;
      const those = fates.flatMap(({ row, place }) => (place ? [{ row, place, status: statusAfter(row.status, isOpen) }] : []));
      for (const { id, rescheduled_from: from } of await this.moved.give(tx, ctx, to, those)) successors.set(from!, id);
      await tx.query(TAKE_NUMBERS, [tenantId, to.id, JSON.stringify(numbersTaken(fates))]);
      tx.record('clinic-session', to.id);
    }
    return this.#note(tx, ctx, session, to, (to ?? after!).version, wanted, fates, successors);
  }

  async #note(
    tx: AuditedTx, ctx: Ctx, session: SessionRow, to: SessionRow | undefined, occasion: number, wanted: ChangeOfSessions['wanted'], fates: PlannedFate[], successors: ReadonlyMap<string, string>,
  ): Promise<SessionChangeRecord> {
    const id = uuidv7();
    const keys = await this.keyring.of(ctx.tenantId);
    const [minutes, before] = wanted.kind === SessionChangeKind.DELAY ? [wanted.minutes, session.delay_minutes] : [null, null];
    const details = keys.seal('clinic.session_changes', id, 'details', { reason: wanted.reason } satisfies SessionChangeDetails);
    const [changes, appointments] = await tx.group(
      { text: ADD_CHANGE, values: [ctx.tenantId, id, session.id, wanted.kind, session.status, minutes, before, to?.id ?? null, occasion, details, ctx.member.memberId, UNDO_MINUTES] },
      { text: ADD_CHANGED, values: [ctx.tenantId, id, JSON.stringify(fates.map(({ row, outcome, obstacle }) => (
        { appointment_id: row.id, outcome, obstacle, status_before: row.status, to_appointment_id: successors.get(row.id) ?? null })))] });
    tx.record('clinic-session', session.id);
    tx.record('session-change', id);
    const record = { row: changes![0] as unknown as SessionChangeRow, reason: wanted.reason, appointments: appointments as unknown as ChangedAppointmentRow[] };
    recordQueued(tx, (await tx.group(...queueTold(ctx.tenantId, record.row, record.appointments))).flat());
    return record;
  }
}

// The next number of each stretch of which some were taken.
const numbersTaken = (fates: readonly PlannedFate[]): Array<{ first: number; next: number }> =>
  [...new Map(fates.flatMap(({ place }) => (place?.from === undefined ? [] : [[place.from, { first: place.from, next: place.number + 1 }] as const]))).values()];

function explain(error: unknown): never {
  switch (constraintOf(error)) {
    case 'sessions__doctor__excl':
    case 'sessions__room__excl': throw sessionsOverlap();
    case 'appointments__doctor__excl':
    case 'appointments__room__excl': throw slotTaken();
    case 'appointments__patient__excl': throw patientIsElsewhere();
    default: throw error;
  }
}
