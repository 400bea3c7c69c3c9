import { Args, Mutation, Resolver } from '@nestjs/graphql';
import { Can } from '../../platform/access/can.decorator.js';
import type { Ctx } from '../../platform/context/ctx.js';
import { CurrentCtx } from '../../platform/context/request-context.js';
import { ImportRemittanceInput, RemittanceImport } from './remittance.model.js';
import { RemittancesService } from './remittances.service.js';

@Resolver(() => RemittanceImport)
export class RemittancesResolver {
  constructor(private readonly service: RemittancesService) {}

  @Mutation(() => RemittanceImport, { description: 'Imports a file by which a payer answers claims: all of it, or nothing and a report of everything at fault. What it pays is booked as money in the bank; what it does not pay stays open, to be sent anew or closed. Needs finances:manage in the chamber. Errors: NOT_FOUND, FORBIDDEN, CONFLICT (IMPORTED_ALREADY, BOOKS_CLOSED, KEY_USED).' })
  @Can('finances:manage', 'CREATED')
  importRemittance(@CurrentCtx() ctx: Ctx, @Args('input', { description: 'The file.' }) input: ImportRemittanceInput): Promise<RemittanceImport> {
    return this.service.import(ctx, input);
  }
}
