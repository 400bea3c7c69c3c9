import { Args, Int, Mutation, Query, Resolver } from '@nestjs/graphql';
import { Can } from '../platform/access/can.decorator.js';
import type { Ctx } from '../platform/context/ctx.js';
import { CurrentCtx } from '../platform/context/request-context.js';
import type { Page } from '../platform/graphql/connection.js';
import { UuidScalar } from '../platform/graphql/scalars.js';
import { DrugProduct, DrugProductConnection } from './drug-product.model.js';
import { AddDrugProductInput, DrugProductsArgs, EditDrugProductInput } from './own-drug.inputs.js';
import { OwnDrugsService } from './own-drugs.service.js';

@Resolver()
export class OwnDrugsResolver {
  constructor(private readonly service: OwnDrugsService) {}

  @Query(() => DrugProductConnection, { description: 'The medicines that the practice added to the catalogue for itself, the latest first. Needs prescriptions:read. Errors: BAD_USER_INPUT.' })
  @Can('prescriptions:read')
  drugProducts(@CurrentCtx() ctx: Ctx, @Args() args: DrugProductsArgs): Promise<Page<DrugProduct>> {
    return this.service.list(ctx, args);
  }

  @Mutation(() => DrugProduct, { description: 'Adds a medicine to the catalogue, for the practice alone. Needs prescriptions:write. Errors: ALREADY_EXISTS (the practice has one of this brand, form and strength, or the catalogue of its country does), BAD_USER_INPUT.' })
  @Can('prescriptions:write', 'CREATED')
  addDrugProduct(@CurrentCtx() ctx: Ctx, @Args('input', { description: 'The medicine.' }) input: AddDrugProductInput): Promise<DrugProduct> {
    return this.service.add(ctx, input);
  }

  @Mutation(() => DrugProduct, { description: 'Changes a medicine that the practice added. Prescriptions that name it keep what they say. Needs prescriptions:write. Errors: NOT_FOUND (also for a medicine of the catalogue), CONFLICT (STALE_VERSION, RETIRED), ALREADY_EXISTS, BAD_USER_INPUT.' })
  @Can('prescriptions:write', 'UPDATED')
  editDrugProduct(@CurrentCtx() ctx: Ctx, @Args('input', { description: 'What changes.' }) input: EditDrugProductInput): Promise<DrugProduct> {
    return this.service.edit(ctx, input);
  }

  @Mutation(() => DrugProduct, { description: 'Retires a medicine that the practice added, for good: nobody finds it any more, and prescriptions that name it keep what they say. Needs prescriptions:write. Errors: NOT_FOUND (also for a medicine of the catalogue), CONFLICT (STALE_VERSION, RETIRED).' })
  @Can('prescriptions:write', 'UPDATED')
  retireDrugProduct(@CurrentCtx() ctx: Ctx, @Args('id', { type: () => UuidScalar, description: 'Id of the medicine.' }) id: string,
    @Args('version', { type: () => Int, description: 'The `version` that was read; another one answers CONFLICT.' }) version: number): Promise<DrugProduct> {
    return this.service.retire(ctx, id, version);
  }
}
