import { Injectable } from '@nestjs/common';
import type { Ctx } from '../../platform/context/ctx.js';
import type { AuditedTx } from '../../platform/database/audited-tx.js';
import { constraintOf } from '../../platform/database/database-errors.js';
import { TenantDb } from '../../platform/database/tenant-db.js';
import { forbidden, notFound, staleVersion } from '../../platform/errors.js';
import { InputCheck } from '../../platform/input-check.js';
import { NumberSeries, SessionMode } from '../../schedules/schedule-enums.model.js';
import { sessionsOverlap } from '../../schedules/schedules-errors.model.js';
import { CHAMBER_TO_READ, SESSION_COLUMNS, type SessionRow } from '../../schedules/session-rows.model.js';
import { isEnded } from '../../schedules/session-status.model.js';
import { KEEPS_PLACE, SESSIONS_WITHOUT_DOCTOR } from '../appointment-rows.js';
import { moreAreBooked, sessionIs } from '../appointments.errors.js';
import { askPlaces } from '../place-rows.js';
import { type NextNumbers, type TakenPlaces, placesOf, quotaOf } from '../places.model.js';
import type { EditSessionInput } from './session-change.inputs.js';

/** Whether a member sees patients in the chamber of a session; locked, as planning locks them: $1 tenant, $2 session, $3 member */
const DOCTOR_FOR = `
select clinic.sees_patients($1, m.id, (select s.chamber_id from clinic.sessions s where s.tenant_id = $1 and s.id = $2)) as is_doctor
from clinic.members m where m.tenant_id = $1 and m.id = $3 and m.status = 'ACTIVE' for no key update of m`;

/** A room of the chamber of a session; locked: $1 tenant, $2 session, $3 room */
const ROOM_FOR = `
select r.id from clinic.rooms r where r.tenant_id = $1 and r.id = $3 and r.archived_at is null
  and r.chamber_id = (select s.chamber_id from clinic.sessions s where s.tenant_id = $1 and s.id = $2) for no key update of r`;

/** $1 tenant, $2 session */
const SESSION_TO_EDIT = `
select ${SESSION_COLUMNS}, clinic.may_in($1, platform.current_member(), s.chamber_id, 'chambers:manage') as may,
  clinic.may_in($1, platform.current_member(), s.chamber_id, 'appointments:read') as may_read from clinic.sessions s where s.tenant_id = $1 and s.id = $2 for no key update of s`;

/** $1 tenant, $2 session, $3 capacity, $4 overbook limit, $5 online, $6 room, $7 doctor */
const EDIT_SESSION = `
update clinic.sessions s set capacity = $3, overbook_limit = $4, online = $5, room_id = $6, doctor_id = $7, version = s.version + 1
where s.tenant_id = $1 and s.id = $2 returning ${SESSION_COLUMNS}`;

/** Gives everybody in a session its doctor and its room; what is over stays as it was: $1 tenant, $2 session */
const FOLLOW_SESSION = `
update clinic.appointments a set doctor_id = s.doctor_id, room_id = s.room_id, version = a.version + 1 from clinic.sessions s
where s.tenant_id = $1 and s.id = $2 and a.tenant_id = $1 and a.session_id = $2 and a.status in (${KEEPS_PLACE})
returning a.id, a.patient_id`;

type Edited = Pick<SessionRow, 'capacity' | 'overbook_limit' | 'online' | 'room_id' | 'doctor_id'>;

/** What of one session is different from its plan: how many patients, in which room, and with whom. */
@Injectable()
export class SessionEditsService {
  constructor(private readonly db: TenantDb) {}

  /** Edits a session; NOT_FOUND, FORBIDDEN, BAD_USER_INPUT, CONFLICT (STALE_VERSION, SESSION_STATUS, MORE_ARE_BOOKED, SESSIONS_OVERLAP). Nobody who has booked loses their place. */
  edit(ctx: Ctx, input: EditSessionInput): Promise<SessionRow> {
    const of = [ctx.tenantId, input.id];
    return this.db.write(ctx, async (tx, [doctors, rooms, sessions, numbers, taken]) => {
      const [found] = sessions!;
      if (!found) throw notFound();
      if (!found['may']) throw forbidden('chambers:manage');
      // Everybody in it can be read from the answer.
      if (!found['may_read']) throw forbidden('appointments:read');
      const before = found as unknown as SessionRow;
      if (before.version !== input.version) throw staleVersion();
      if (isEnded(before.status)) throw sessionIs(before.status);
      if ((input.doctorId && !doctors!.length) || (input.roomId && !rooms!.length)) throw notFound();
      refuseFaults(input, before, doctors![0]?.['is_doctor'] !== false);
      const wanted: Edited = {
        capacity: input.capacity ?? before.capacity, overbook_limit: input.overbookLimit ?? before.overbook_limit, online: input.online ?? before.online,
        room_id: input.roomId === undefined ? before.room_id : input.roomId, doctor_id: input.doctorId ?? before.doctor_id,
      };
      refuseBelowBooked(wanted, before, numbers as unknown as NextNumbers[], taken as unknown as TakenPlaces[]);
      return this.#save(tx, ctx, before, wanted).catch(explain);
    }, { text: DOCTOR_FOR, values: [...of, input.doctorId ?? null] }, { text: ROOM_FOR, values: [...of, input.roomId ?? null] }, { text: SESSION_TO_EDIT, values: of },
    ...askPlaces(ctx.tenantId, [input.id]));
  }

  /** The sessions of a chamber that are to come, or under way, whose doctor sees patients there no longer; NOT_FOUND, FORBIDDEN unless the caller holds appointments:read there. */
  async withoutDoctor(ctx: Ctx, chamberId: string): Promise<SessionRow[]> {
    const [chambers, rows] = await this.db.read(ctx, { text: CHAMBER_TO_READ, values: [ctx.tenantId, chamberId, 'appointments:read'] },
      { text: SESSIONS_WITHOUT_DOCTOR, values: [ctx.tenantId, chamberId] });
    if (!chambers!.length) throw notFound();
    if (!chambers![0]!['may']) throw forbidden('appointments:read');
    const sessions = rows as unknown as SessionRow[];
    sessions.forEach(({ id }) => ctx.disclose('clinic-session', id));
    return sessions;
  }

  async #save(tx: AuditedTx, ctx: Ctx, before: SessionRow, wanted: Edited): Promise<SessionRow> {
    const { tenantId } = ctx;
    const [after] = await tx.query<SessionRow>(EDIT_SESSION, [tenantId, before.id, wanted.capacity, wanted.overbook_limit, wanted.online, wanted.room_id, wanted.doctor_id]);
    tx.record('clinic-session', before.id);
    tx.change('clinic-session', before.id, 'capacity', before.capacity, after!.capacity);
    tx.change('clinic-session', before.id, 'overbookLimit', before.overbook_limit, after!.overbook_limit);
    tx.change('clinic-session', before.id, 'online', before.online, after!.online);
    tx.change('clinic-session', before.id, 'room', before.room_id, after!.room_id);
    tx.change('clinic-session', before.id, 'doctor', before.doctor_id, after!.doctor_id);
    if (after!.room_id === before.room_id && after!.doctor_id === before.doctor_id) return after!;
    for (const { id, patient_id: patientId } of await tx.query<{ id: string; patient_id: string | null }>(FOLLOW_SESSION, [tenantId, before.id])) {
      tx.record('appointment', id, patientId ?? undefined);
      tx.change('appointment', id, 'doctor', before.doctor_id, after!.doctor_id);
      tx.change('appointment', id, 'room', before.room_id, after!.room_id);
    }
    return after!;
  }
}

function refuseFaults({ capacity, overbookLimit }: EditSessionInput, { mode }: SessionRow, isDoctor: boolean): void {
  const check = new InputCheck();
  if (typeof capacity === 'number' && mode === SessionMode.SLOT) check.blame(['capacity'], 'NOT_IN_THIS_MODE');
  else if (typeof capacity === 'number' && (capacity < 1 || capacity > 500)) check.blame(['capacity'], 'OUT_OF_RANGE', { min: 1, max: 500 });
  if (typeof overbookLimit === 'number' && (overbookLimit < 0 || overbookLimit > 100)) check.blame(['overbookLimit'], 'OUT_OF_RANGE', { min: 0, max: 100 });
  if (!isDoctor) check.blame(['doctorId'], 'NOT_A_DOCTOR_THERE');
  check.throwIfAny();
}

// Places that are kept for one way of booking count, for they can still be booked.
function refuseBelowBooked(wanted: Edited, before: SessionRow, numbers: readonly NextNumbers[], places: readonly TakenPlaces[]): void {
  const { capacity, stretches, taken } = placesOf(before, numbers, places);
  const booked = capacity - quotaOf({ capacity, stretches }, NumberSeries.GENERAL) + (taken.bySeries.get(NumberSeries.GENERAL) ?? 0);
  if (wanted.capacity < before.capacity && wanted.capacity < booked) throw moreAreBooked(booked);
  if (wanted.overbook_limit < before.overbook_limit && wanted.overbook_limit < taken.overbooked) throw moreAreBooked(taken.overbooked);
}

function explain(error: unknown): never {
  const constraint = constraintOf(error);
  throw constraint === 'sessions__doctor__excl' || constraint === 'sessions__room__excl' ? sessionsOverlap() : error;
}
