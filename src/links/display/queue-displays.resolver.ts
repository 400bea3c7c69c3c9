import { Args, Mutation, Query, Resolver } from '@nestjs/graphql';
import { Can } from '../../platform/access/can.decorator.js';
import type { Ctx } from '../../platform/context/ctx.js';
import { CurrentCtx } from '../../platform/context/request-context.js';
import { listOf } from '../../platform/graphql/cost.js';
import { UuidScalar } from '../../platform/graphql/scalars.js';
import { CreateQueueDisplayInput, NewQueueDisplay, QueueDisplay, toQueueDisplay } from './queue-display.model.js';
import { QueueDisplaysService } from './queue-displays.service.js';

@Resolver()
export class QueueDisplaysResolver {
  constructor(private readonly displays: QueueDisplaysService) {}

  @Query(() => [QueueDisplay], { complexity: listOf(20), description: 'The queue displays of a chamber, the ended ones last. Needs appointments:manage in the chamber. Errors: NOT_FOUND.' })
  @Can('appointments:manage')
  async queueDisplays(@CurrentCtx() ctx: Ctx, @Args('chamberId', { type: () => UuidScalar, description: 'Id of the chamber.' }) chamberId: string): Promise<QueueDisplay[]> {
    return (await this.displays.list(ctx, chamberId)).map(toQueueDisplay);
  }

  @Mutation(() => NewQueueDisplay, { description: 'Makes a link that shows the queue of a chamber by numbers, without names, to whoever holds it. Its address is answered this once. Needs appointments:manage in the chamber. Errors: NOT_FOUND, BAD_USER_INPUT, CONFLICT (CHAMBER_ARCHIVED).' })
  @Can('appointments:manage', 'CREATED')
  async createQueueDisplay(@CurrentCtx() ctx: Ctx, @Args('input', { description: 'The display.' }) input: CreateQueueDisplayInput): Promise<NewQueueDisplay> {
    const { row, url } = await this.displays.create(ctx, input);
    return { display: toQueueDisplay(row), url };
  }

  @Mutation(() => QueueDisplay, { description: 'Ends a display: its link leads nowhere any more. Needs appointments:manage in its chamber. Errors: NOT_FOUND, CONFLICT (ENDED_ALREADY).' })
  @Can('appointments:manage', 'REVOKED')
  async endQueueDisplay(@CurrentCtx() ctx: Ctx, @Args('id', { type: () => UuidScalar, description: 'Id of the display.' }) id: string): Promise<QueueDisplay> {
    return toQueueDisplay(await this.displays.end(ctx, id));
  }
}
