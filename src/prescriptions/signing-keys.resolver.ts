import { Args, Mutation, Query, Resolver } from '@nestjs/graphql';
import { Can } from '../platform/access/can.decorator.js';
import type { Ctx } from '../platform/context/ctx.js';
import { CurrentCtx } from '../platform/context/request-context.js';
import { UuidScalar } from '../platform/graphql/scalars.js';
import { DoctorsKey, toDoctorsKey } from './signing-key.model.js';
import { SigningKeys } from './signing-keys.service.js';

@Resolver()
export class SigningKeysResolver {
  constructor(private readonly keys: SigningKeys) {}

  @Query(() => [DoctorsKey], { description: 'The keys that a member signs prescriptions with, or did, the newest first; none for whoever never signed. Every member may ask: these are the public halves.' })
  @Can('self:read')
  async signingKeys(@CurrentCtx() ctx: Ctx, @Args('memberId', { type: () => UuidScalar, description: 'Id of the member.' }) memberId: string): Promise<DoctorsKey[]> {
    return (await this.keys.list(ctx, memberId)).map(toDoctorsKey);
  }

  @Mutation(() => DoctorsKey, { description: 'Ends the caller’s own key, whose private half is destroyed, and makes another one, which it answers with. What the former one signed still verifies by its public half. Needs prescriptions:sign and a step-up. Errors: STEP_UP_NEEDED, NOT_FOUND, CONFLICT (KEY_ENDED).' })
  @Can('prescriptions:sign', 'UPDATED', { stepUp: true })
  async replaceSigningKey(@CurrentCtx() ctx: Ctx, @Args('id', { type: () => UuidScalar, description: 'Id of the key that is to end.' }) id: string): Promise<DoctorsKey> {
    return toDoctorsKey(await this.keys.replace(ctx, id));
  }
}
