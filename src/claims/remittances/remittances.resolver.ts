import { Args, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { Can } from '../../platform/access/can.decorator.js';
import { Classified } from '../../platform/access/classification.js';
import type { Ctx } from '../../platform/context/ctx.js';
import { CurrentCtx } from '../../platform/context/request-context.js';
import type { Page } from '../../platform/graphql/connection.js';
import { Claim, toClaim } from '../claims/claim.model.js';
import { ClaimsReader } from '../claims/claims.reader.js';
import { FilesArgs } from '../submissions/submission.model.js';
import { ImportRemittanceInput, Remittance, RemittanceConnection, RemittanceImport } from './remittance.model.js';
import { RemittancesService } from './remittances.service.js';

@Resolver(() => Remittance)
export class RemittancesResolver {
  constructor(
    private readonly service: RemittancesService,
    private readonly reader: ClaimsReader,
  ) {}

  @Query(() => RemittanceConnection, { description: 'The files by which payers answered claims of a chamber, the last imported first. Needs finances:read in the chamber. Errors: NOT_FOUND, FORBIDDEN.' })
  @Can('finances:read')
  remittances(@CurrentCtx() ctx: Ctx, @Args() args: FilesArgs): Promise<Page<Remittance>> {
    return this.service.page(ctx, args);
  }

  @ResolveField(() => [Claim], { description: 'The claims that it answers, as they stand now. Needs finances:read.' })
  @Can('finances:read')
  @Classified('billing')
  async claims(@CurrentCtx() ctx: Ctx, @Parent() { id }: Remittance): Promise<Claim[]> {
    return (await this.reader.answeredBy(ctx, id)).map(toClaim);
  }

  @Mutation(() => RemittanceImport, { description: 'Imports a file by which a payer answers claims: all of it, or nothing and a report of everything at fault. What it pays is booked as money in the bank; what it does not pay stays open, to be sent anew or closed. Needs finances:manage in the chamber. Errors: NOT_FOUND, FORBIDDEN, CONFLICT (IMPORTED_ALREADY, BOOKS_CLOSED, KEY_USED).' })
  @Can('finances:manage', 'CREATED')
  importRemittance(@CurrentCtx() ctx: Ctx, @Args('input', { description: 'The file.' }) input: ImportRemittanceInput): Promise<RemittanceImport> {
    return this.service.import(ctx, input);
  }
}
