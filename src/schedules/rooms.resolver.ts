import { Args, Mutation, Query, Resolver } from '@nestjs/graphql';
import { Can } from '../platform/access/can.decorator.js';
import type { Ctx } from '../platform/context/ctx.js';
import { CurrentCtx } from '../platform/context/request-context.js';
import { UuidScalar } from '../platform/graphql/scalars.js';
import { AddRoomInput, EditRoomInput, Room, toRoom } from './room.model.js';
import { RoomsService } from './rooms.service.js';

@Resolver(() => Room)
export class RoomsResolver {
  constructor(private readonly service: RoomsService) {}

  @Query(() => [Room], { description: 'The rooms of a chamber, by name. Needs self:read.' })
  @Can('self:read')
  async rooms(@CurrentCtx() ctx: Ctx, @Args('chamberId', { type: () => UuidScalar, description: 'Id of the chamber.' }) chamberId: string,
    @Args('archived', { defaultValue: false, description: 'Whether archived ones are listed too.' }) archived: boolean): Promise<Room[]> {
    return (await this.service.list(ctx, chamberId, archived)).map(toRoom);
  }

  @Mutation(() => Room, { description: 'Adds a room to a chamber. Needs chambers:manage in the chamber. Errors: NOT_FOUND, ALREADY_EXISTS, BAD_USER_INPUT, CONFLICT (CHAMBER_ARCHIVED).' })
  @Can('chambers:manage', 'CREATED')
  async addRoom(@CurrentCtx() ctx: Ctx, @Args('input', { description: 'The room.' }) input: AddRoomInput): Promise<Room> {
    return toRoom(await this.service.add(ctx, input));
  }

  @Mutation(() => Room, { description: 'Renames a room, archives it or takes it back. Needs chambers:manage in the chamber. Errors: NOT_FOUND, ALREADY_EXISTS, BAD_USER_INPUT, CONFLICT (STALE_VERSION, CHAMBER_ARCHIVED).' })
  @Can('chambers:manage', 'UPDATED')
  async editRoom(@CurrentCtx() ctx: Ctx, @Args('input', { description: 'What changes.' }) input: EditRoomInput): Promise<Room> {
    return toRoom(await this.service.edit(ctx, input));
  }
}
