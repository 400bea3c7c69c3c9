import { Parent, ResolveField, Resolver } from '@nestjs/graphql';
import { Can } from '../platform/access/can.decorator.js';
import { Classified } from '../platform/access/classification.js';
import type { Ctx } from '../platform/context/ctx.js';
import { CurrentCtx } from '../platform/context/request-context.js';
import { listOf } from '../platform/graphql/cost.js';
import { Chamber } from './chamber.model.js';
import { ChamberDoctors } from './chamber-doctors.reader.js';
import { MemberName } from './member-name.model.js';

/** How many doctors a chamber is taken to have. */
const USUAL_DOCTORS = 10;

@Resolver(() => Chamber)
export class ChamberDoctorsResolver {
  constructor(private readonly reader: ChamberDoctors) {}

  @ResolveField(() => [MemberName], { complexity: listOf(USUAL_DOCTORS), description: 'Who sees patients there, now or from a day to come: its doctors, and the owners of the practice. Needs self:read.' })
  @Can('self:read')
  @Classified('technical')
  async doctors(@CurrentCtx() ctx: Ctx, @Parent() { id }: Chamber): Promise<MemberName[]> {
    return (await this.reader.of(ctx, id)).map((doctor) => ({ id: doctor }));
  }
}
