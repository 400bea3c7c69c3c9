import { Args, Int, Mutation, Query, Resolver } from '@nestjs/graphql';
import { Can } from '../platform/access/can.decorator.js';
import type { Ctx } from '../platform/context/ctx.js';
import { CurrentCtx } from '../platform/context/request-context.js';
import { UuidScalar } from '../platform/graphql/scalars.js';
import { EditAuditFilterInput, SaveAuditFilterInput, SavedAuditFilter } from './saved-filter.model.js';
import { SavedFiltersService } from './saved-filters.service.js';

const ID = { type: () => UuidScalar, description: 'Id of the saved search.' };
const VERSION = { type: () => Int, description: 'The `version` that was read; another one answers CONFLICT.' };

@Resolver()
export class SavedFiltersResolver {
  constructor(private readonly filters: SavedFiltersService) {}

  @Query(() => [SavedAuditFilter], { description: 'The searches of the audit trail that the caller saved, and those that others share, by name. Needs audit:read.' })
  @Can('audit:read')
  auditFilters(@CurrentCtx() ctx: Ctx): Promise<SavedAuditFilter[]> {
    return this.filters.list(ctx);
  }

  @Mutation(() => SavedAuditFilter, { description: 'Saves a search of the audit trail under a name. Needs audit:read. Errors: BAD_USER_INPUT (TOO_MANY above 100 of the caller’s).' })
  @Can('audit:read', 'CREATED')
  saveAuditFilter(@CurrentCtx() ctx: Ctx, @Args('input', { description: 'The search.' }) input: SaveAuditFilterInput): Promise<SavedAuditFilter> {
    return this.filters.save(ctx, input);
  }

  @Mutation(() => SavedAuditFilter, { description: 'Renames a saved search, changes its conditions, or shares it. Who saved it may, and of a shared one an owner. Needs audit:read. Errors: NOT_FOUND, CONFLICT, BAD_USER_INPUT.' })
  @Can('audit:read', 'UPDATED')
  editAuditFilter(@CurrentCtx() ctx: Ctx, @Args('id', ID) id: string, @Args('version', VERSION) version: number,
    @Args('input', { description: 'The changes.' }) input: EditAuditFilterInput): Promise<SavedAuditFilter> {
    return this.filters.edit(ctx, id, version, input);
  }

  @Mutation(() => Boolean, { description: 'Deletes a saved search; true. Who saved it may, and of a shared one an owner. Needs audit:read. Errors: NOT_FOUND, CONFLICT.' })
  @Can('audit:read', 'DELETED')
  deleteAuditFilter(@CurrentCtx() ctx: Ctx, @Args('id', ID) id: string, @Args('version', VERSION) version: number): Promise<boolean> {
    return this.filters.delete(ctx, id, version);
  }
}
