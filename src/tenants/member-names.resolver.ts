import { Parent, ResolveField, Resolver } from '@nestjs/graphql';
import { Can } from '../platform/access/can.decorator.js';
import { Classified } from '../platform/access/classification.js';
import type { Ctx } from '../platform/context/ctx.js';
import { CurrentCtx } from '../platform/context/request-context.js';
import { MemberName } from './member-name.model.js';
import { MemberNames } from './member-names.reader.js';

@Resolver(() => MemberName)
export class MemberNamesResolver {
  constructor(private readonly names: MemberNames) {}

  @ResolveField(() => String, { description: 'Name in Latin letters, as it is now.' })
  @Can('self:read')
  @Classified('staff')
  async nameEn(@CurrentCtx() ctx: Ctx, @Parent() { id }: MemberName): Promise<string> {
    return (await this.names.of(ctx, id)).nameEn;
  }

  @ResolveField(() => String, { nullable: true, description: 'Name in Bangla letters, as it is now.' })
  @Can('self:read')
  @Classified('staff')
  async nameBn(@CurrentCtx() ctx: Ctx, @Parent() { id }: MemberName): Promise<string | null> {
    return (await this.names.of(ctx, id)).nameBn;
  }
}
