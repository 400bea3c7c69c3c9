import { Args, Mutation, Query, Resolver } from '@nestjs/graphql';
import { Can } from '../../platform/access/can.decorator.js';
import type { Ctx } from '../../platform/context/ctx.js';
import { CurrentCtx } from '../../platform/context/request-context.js';
import { AddPayerInput, EditPayerInput, Payer } from './payer.model.js';
import { PayersService } from './payers.service.js';

@Resolver(() => Payer)
export class PayersResolver {
  constructor(private readonly service: PayersService) {}

  @Query(() => [Payer], { description: 'Who pays for patients of the practice, by name. Needs self:read.' })
  @Can('self:read')
  payers(@CurrentCtx() ctx: Ctx, @Args('archived', { defaultValue: false, description: 'Whether archived ones are listed too.' }) archived: boolean): Promise<Payer[]> {
    return this.service.list(ctx, archived);
  }

  @Mutation(() => Payer, { description: 'Adds a payer. Needs finances:manage in every chamber in use. Errors: FORBIDDEN, ALREADY_EXISTS, BAD_USER_INPUT.' })
  @Can('finances:manage', 'CREATED')
  addPayer(@CurrentCtx() ctx: Ctx, @Args('input', { description: 'The payer.' }) input: AddPayerInput): Promise<Payer> {
    return this.service.add(ctx, input);
  }

  @Mutation(() => Payer, { description: 'Changes a payer, archives it or takes it back. Needs finances:manage in every chamber in use. Errors: NOT_FOUND, FORBIDDEN, ALREADY_EXISTS, BAD_USER_INPUT, CONFLICT (STALE_VERSION).' })
  @Can('finances:manage', 'UPDATED')
  editPayer(@CurrentCtx() ctx: Ctx, @Args('input', { description: 'What changes.' }) input: EditPayerInput): Promise<Payer> {
    return this.service.edit(ctx, input);
  }
}
