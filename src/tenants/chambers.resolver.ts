import { Args, Int, Mutation, Query, Resolver } from '@nestjs/graphql';
import { Can } from '../platform/access/can.decorator.js';
import type { Ctx } from '../platform/context/ctx.js';
import { CurrentCtx } from '../platform/context/request-context.js';
import { UuidScalar } from '../platform/graphql/scalars.js';
import { AddChamberInput, EditChamberInput } from './chamber.inputs.js';
import { Chamber } from './chamber.model.js';
import { ChambersService } from './chambers.service.js';

@Resolver()
export class ChambersResolver {
  constructor(private readonly chambers: ChambersService) {}

  @Query(() => [Chamber], { name: 'chambers', description: 'The chambers of the practice, in the order they were added.' })
  @Can('self:read')
  list(@CurrentCtx() ctx: Ctx,
    @Args('archived', { defaultValue: false, description: 'Whether archived ones are listed too.' }) archived: boolean): Promise<Chamber[]> {
    return this.chambers.list(ctx, archived);
  }

  @Query(() => Chamber, { name: 'chamber', description: 'One chamber. Errors: NOT_FOUND.' })
  @Can('self:read')
  get(@CurrentCtx() ctx: Ctx, @Args('id', { type: () => UuidScalar, description: 'Id of the chamber.' }) id: string): Promise<Chamber> {
    return this.chambers.get(ctx, id);
  }

  @Mutation(() => Chamber, { description: 'Adds a chamber. Needs chambers:manage. Errors: ALREADY_EXISTS, BAD_USER_INPUT.' })
  @Can('chambers:manage', 'CREATED')
  addChamber(@CurrentCtx() ctx: Ctx, @Args('input', { description: 'The chamber.' }) input: AddChamberInput): Promise<Chamber> {
    return this.chambers.add(ctx, input);
  }

  @Mutation(() => Chamber, { description: 'Edits a chamber. The time zone of one that has sessions to come is set by setChamberTimeZone. Needs chambers:manage. Errors: NOT_FOUND, CONFLICT (STALE_VERSION, SESSIONS_TO_COME), BAD_USER_INPUT.' })
  @Can('chambers:manage', 'UPDATED')
  editChamber(@CurrentCtx() ctx: Ctx, @Args('input', { description: 'What changes.' }) input: EditChamberInput): Promise<Chamber> {
    return this.chambers.edit(ctx, input);
  }

  @Mutation(() => Chamber, { description: 'Archives a chamber: it stays readable and takes nobody new. While patients have places there in sessions that are not over, CONFLICT (CHAMBER_HAS_PATIENTS) names these sessions: cancel them, or move the patients, before. Needs chambers:manage. Errors: NOT_FOUND, CONFLICT, BAD_USER_INPUT.' })
  @Can('chambers:manage', 'ARCHIVED')
  archiveChamber(@CurrentCtx() ctx: Ctx, @Args('id', { type: () => UuidScalar, description: 'Id of the chamber.' }) id: string,
    @Args('version', { type: () => Int, description: 'The `version` that was read; an older one answers CONFLICT.' }) version: number): Promise<Chamber> {
    return this.chambers.archive(ctx, id, version);
  }
}
