import { Field, InputType, Int, ObjectType } from '@nestjs/graphql';
import { Classified } from '../platform/access/classification.js';
import { UuidScalar } from '../platform/graphql/scalars.js';

/** The longest name of a room, in characters. */
export const LONGEST_ROOM_NAME = 100;
const NAME = { description: `Name, up to ${LONGEST_ROOM_NAME} characters. Reasons of faults: EMPTY, TOO_LONG, CONTROL_CHARACTER, BIDIRECTIONAL_CONTROL.` };

@ObjectType({ description: 'A room of a chamber in which a doctor sees patients.' })
@Classified('practice')
export class Room {
  @Field(() => UuidScalar, { description: 'Id.' })
  id: string;

  @Field(() => UuidScalar, { description: 'Id of the chamber.' })
  chamberId: string;

  @Field({ description: 'Name.' })
  name: string;

  @Field({ description: 'Whether it was archived: nothing new is planned in it.' })
  archived: boolean;

  @Field(() => Int, { description: 'Counts the edits.' })
  version: number;
}

@InputType({ description: 'A new room.' })
export class AddRoomInput {
  @Field(() => UuidScalar, { description: 'Id of the chamber.' })
  chamberId: string;

  @Field(NAME)
  name: string;
}

@InputType({ description: 'Changes to a room; what is left out stays.' })
export class EditRoomInput {
  @Field(() => UuidScalar, { description: 'Id of the room.' })
  id: string;

  @Field(() => Int, { description: 'The `version` that was read; another one answers CONFLICT.' })
  version: number;

  @Field(() => String, { nullable: true, ...NAME })
  name?: string | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether nothing new is to be planned in it.' })
  archived?: boolean | null;
}

/** A row of clinic.rooms. */
export interface RoomRow {
  id: string;
  chamber_id: string;
  name: string;
  archived: boolean;
  version: number;
}

export const ROOM_COLUMNS = 'r.id, r.chamber_id, r.name, r.archived_at is not null as archived, r.version';

/** A room as its practice's members see it. */
export const toRoom = ({ id, chamber_id: chamberId, name, archived, version }: RoomRow): Room => ({ id, chamberId, name, archived, version });
