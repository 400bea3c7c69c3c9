import { Args, Mutation, Query, Resolver } from '@nestjs/graphql';
import { Can } from '../platform/access/can.decorator.js';
import type { Ctx } from '../platform/context/ctx.js';
import { CurrentCtx } from '../platform/context/request-context.js';
import { type Page, PageArgs } from '../platform/graphql/connection.js';
import { PermissionInput } from './permission.inputs.js';
import { PermissionOverride, PermissionOverrideConnection, RolePermissions } from './permission.model.js';
import { PermissionsService } from './permissions.service.js';
import { OverrideEffect } from './role.model.js';

@Resolver()
export class PermissionsResolver {
  constructor(private readonly permissions: PermissionsService) {}

  @Query(() => [RolePermissions], { description: 'What each role may do: in the practice, then in each chamber. What a doctor may do by default is every permission there is. Needs members:manage.' })
  @Can('members:manage')
  rolePermissions(@CurrentCtx() ctx: Ctx): Promise<RolePermissions[]> {
    return this.permissions.matrix(ctx);
  }

  @Query(() => PermissionOverrideConnection, { description: 'The grants and denials that this practice made, oldest first. Needs members:manage.' })
  @Can('members:manage')
  permissionOverrides(@CurrentCtx() ctx: Ctx, @Args() page: PageArgs): Promise<Page<PermissionOverride>> {
    return this.permissions.list(ctx, page);
  }

  @Mutation(() => PermissionOverride, { description: 'Grants a permission to a role or a member; it holds at the next request. Needs roles:manage and a step-up. Errors: STEP_UP_NEEDED, NOT_FOUND, ABOVE_OWN_RIGHTS, BAD_USER_INPUT.' })
  @Can('roles:manage', 'GRANTED', { stepUp: true })
  grantPermission(@CurrentCtx() ctx: Ctx, @Args('input', { description: 'What, and to whom.' }) input: PermissionInput): Promise<PermissionOverride> {
    return this.permissions.override(ctx, input, OverrideEffect.GRANT);
  }

  @Mutation(() => PermissionOverride, { description: 'Denies a permission to a role or a member, whatever grants it; it holds at the next request. Needs roles:manage and a step-up. Errors: STEP_UP_NEEDED, NOT_FOUND, ABOVE_OWN_RIGHTS, BAD_USER_INPUT.' })
  @Can('roles:manage', 'REVOKED', { stepUp: true })
  denyPermission(@CurrentCtx() ctx: Ctx, @Args('input', { description: 'What, and to whom.' }) input: PermissionInput): Promise<PermissionOverride> {
    return this.permissions.override(ctx, input, OverrideEffect.DENY);
  }

  @Mutation(() => Boolean, { description: 'Takes a grant or a denial back. Needs roles:manage and a step-up. Errors: STEP_UP_NEEDED, NOT_FOUND, ABOVE_OWN_RIGHTS, BAD_USER_INPUT.' })
  @Can('roles:manage', 'UPDATED', { stepUp: true })
  async clearOverride(@CurrentCtx() ctx: Ctx, @Args('input', { description: 'What, and of whom.' }) input: PermissionInput): Promise<boolean> {
    await this.permissions.clear(ctx, input);
    return true;
  }
}
