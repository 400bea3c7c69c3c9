import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import type { Ctx } from '../platform/context/ctx.js';
import { constraintOf } from '../platform/database/database-errors.js';
import { TenantDb } from '../platform/database/tenant-db.js';
import { DomainError, ErrorCode, notFound, staleVersion } from '../platform/errors.js';
import { InputCheck } from '../platform/input-check.js';
import { askChamber, chamberFrom } from './chamber-to-plan.js';
import { type AddRoomInput, type EditRoomInput, LONGEST_ROOM_NAME, ROOM_COLUMNS, type RoomRow } from './room.model.js';

const ALL = `select ${ROOM_COLUMNS} from clinic.rooms r where r.tenant_id = $1 and r.chamber_id = $2 and ($3 or r.archived_at is null) order by r.name, r.id`;
const TO_CHANGE = `select ${ROOM_COLUMNS} from clinic.rooms r where r.tenant_id = $1 and r.id = $2 for no key update`;
const ADD = `insert into clinic.rooms as r (tenant_id, id, chamber_id, name) values ($1, $2, $3, $4) returning ${ROOM_COLUMNS}`;
const CHANGE = `
update clinic.rooms r set name = $3, archived_at = case when $4 then coalesce(r.archived_at, now()) end, version = r.version + 1
where r.tenant_id = $1 and r.id = $2 returning ${ROOM_COLUMNS}`;

/** The rooms of chambers. An archived one keeps what is planned in it. */
@Injectable()
export class RoomsService {
  constructor(private readonly db: TenantDb) {}

  /** The rooms of a chamber by name; none for a chamber that is not there. */
  async list(ctx: Ctx, chamberId: string, archivedToo: boolean): Promise<RoomRow[]> {
    const [rows] = await this.db.read(ctx, { text: ALL, values: [ctx.tenantId, chamberId, archivedToo] });
    const rooms = rows as unknown as RoomRow[];
    rooms.forEach(({ id }) => ctx.disclose('room', id));
    return rooms;
  }

  /** Adds a room; NOT_FOUND, FORBIDDEN, ALREADY_EXISTS, BAD_USER_INPUT. */
  add(ctx: Ctx, input: AddRoomInput): Promise<RoomRow> {
    const name = nameOf(input.name);
    return this.db.write(ctx, async (tx, [chambers]) => {
      const id = uuidv7();
      const [row] = await tx.query<RoomRow>(ADD, [ctx.tenantId, id, chamberFrom(chambers!).id, name]).catch(explain);
      tx.record('room', id);
      tx.change('room', id, 'name', null, name);
      return row!;
    }, askChamber(ctx, input.chamberId));
  }

  /** Renames a room, archives it or takes it back; NOT_FOUND, FORBIDDEN, CONFLICT, ALREADY_EXISTS, BAD_USER_INPUT. */
  edit(ctx: Ctx, input: EditRoomInput): Promise<RoomRow> {
    const wanted = typeof input.name === 'string' ? nameOf(input.name) : undefined;
    return this.db.write(ctx, async (tx, [rows]) => {
      const before = rows![0] as unknown as RoomRow | undefined;
      if (!before) throw notFound();
      const [chambers] = await tx.group(askChamber(ctx, before.chamber_id));
      chamberFrom(chambers!);
      if (before.version !== input.version) throw staleVersion();
      const [after] = await tx.query<RoomRow>(CHANGE, [ctx.tenantId, before.id, wanted ?? before.name, input.archived ?? before.archived]).catch(explain);
      tx.record('room', before.id);
      tx.change('room', before.id, 'name', before.name, after!.name);
      tx.change('room', before.id, 'archived', before.archived, after!.archived);
      return after!;
    }, { text: TO_CHANGE, values: [ctx.tenantId, input.id] });
  }
}

function nameOf(raw: string): string {
  const check = new InputCheck();
  const name = check.line(['name'], raw, LONGEST_ROOM_NAME);
  check.throwIfAny();
  return name!;
}

function explain(error: unknown): never {
  if (constraintOf(error) !== 'rooms__name') throw error;
  throw new DomainError(ErrorCode.ALREADY_EXISTS, 'The chamber has a room of this name.', { faults: [{ path: ['input', 'name'], reason: 'TAKEN' }] });
}
