import { Args, Mutation, Query, Resolver } from '@nestjs/graphql';
import { Can } from '../platform/access/can.decorator.js';
import type { Ctx } from '../platform/context/ctx.js';
import { CurrentCtx } from '../platform/context/request-context.js';
import { UuidScalar } from '../platform/graphql/scalars.js';
import { AddClosureInput, Closure, ClosureSaved } from './closure.model.js';
import { type ClosureRecord, ClosuresService, type SavedClosure } from './closures.service.js';
import { toClinicSession } from './session.model.js';

@Resolver(() => Closure)
export class ClosuresResolver {
  constructor(private readonly service: ClosuresService) {}

  @Query(() => [Closure], { description: 'The closures that concern a chamber and are not over, the next first. Needs appointments:read.' })
  @Can('appointments:read')
  async closures(@CurrentCtx() ctx: Ctx, @Args('chamberId', { type: () => UuidScalar, description: 'Id of the chamber.' }) chamberId: string): Promise<Closure[]> {
    return (await this.service.list(ctx, chamberId)).map(toClosure);
  }

  @Mutation(() => ClosureSaved, { description: 'Closes days for a doctor, a chamber, or a doctor in a chamber. Their sessions are taken back, save those for which patients have booked, which stay and are answered in `kept`. Needs chambers:manage in each chamber concerned. Errors: NOT_FOUND, BAD_USER_INPUT (all faults at once), CONFLICT (CHAMBER_ARCHIVED).' })
  @Can('chambers:manage', 'CREATED')
  async addClosure(@CurrentCtx() ctx: Ctx, @Args('input', { description: 'The days, and of whom.' }) input: AddClosureInput): Promise<ClosureSaved> {
    return toSaved(await this.service.add(ctx, input));
  }

  @Mutation(() => ClosureSaved, { description: 'Takes a closure back: the sessions of its days are planned again. Needs chambers:manage in each chamber concerned. Errors: NOT_FOUND.' })
  @Can('chambers:manage', 'DELETED')
  async removeClosure(@CurrentCtx() ctx: Ctx, @Args('id', { type: () => UuidScalar, description: 'Id of the closure.' }) id: string): Promise<ClosureSaved> {
    return toSaved(await this.service.remove(ctx, id));
  }
}

const toClosure = ({ row, reason }: ClosureRecord): Closure => ({
  id: row.id, chamberId: row.chamber_id, doctor: row.doctor_id === null ? null : { id: row.doctor_id }, firstDay: row.first_day, lastDay: row.last_day, reason,
});

const toSaved = ({ sessions, kept, ...record }: SavedClosure): ClosureSaved => ({ closure: toClosure(record), sessions, kept: kept.map(toClinicSession) });
