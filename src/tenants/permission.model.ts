import { Field, ObjectType } from '@nestjs/graphql';
import { Classified } from '../platform/access/classification.js';
import { ConnectionOf } from '../platform/graphql/connection.js';
import { DateTimeScalar, UuidScalar } from '../platform/graphql/scalars.js';
import { OverrideEffect, Role } from './role.model.js';

@ObjectType({ description: 'What a role may do, in the practice or in one chamber.' })
@Classified('staff')
export class RolePermissions {
  @Field(() => Role, { description: 'The role.' })
  role: Role;

  @Field(() => UuidScalar, { nullable: true, description: 'The chamber; none for what the role may do in every chamber that has no change of its own.' })
  chamberId: string | null;

  @Field(() => [String], { description: 'What the role may do when nobody changed anything, sorted.' })
  defaults: string[];

  @Field(() => [String], { description: 'What the role may do here after the practice’s and the chamber’s changes, sorted. Changes made for a person come on top.' })
  effective: string[];
}

@ObjectType({ description: 'A grant or denial of one permission: for a role or for a person, in the practice or in one chamber. A denial wins on every level.' })
@Classified('staff')
export class PermissionOverride {
  @Field(() => UuidScalar, { description: 'Id.' })
  id: string;

  @Field(() => Role, { nullable: true, description: 'For whom, when it is for a role.' })
  role: Role | null;

  @Field(() => UuidScalar, { nullable: true, description: 'For whom, when it is for one member.' })
  memberId: string | null;

  @Field(() => UuidScalar, { nullable: true, description: 'Where; none when it is for all chambers.' })
  chamberId: string | null;

  @Field({ description: 'The permission, such as `payments:take`.' })
  permission: string;

  @Field(() => OverrideEffect, { description: 'Whether it gives or takes.' })
  effect: OverrideEffect;

  @Field(() => DateTimeScalar, { description: 'When it was made.' })
  createdAt: Date;
}

/** A row of clinic.permission_overrides. */
export interface PermissionOverrideRow {
  id: string;
  role: Role | null;
  member_id: string | null;
  chamber_id: string | null;
  permission: string;
  effect: OverrideEffect;
  created_at: Date;
}

/** An override as the practice sees it. */
export const toPermissionOverride = (row: PermissionOverrideRow): PermissionOverride => ({
  id: row.id, role: row.role, memberId: row.member_id, chamberId: row.chamber_id, permission: row.permission, effect: row.effect, createdAt: row.created_at,
});

export const PermissionOverrideConnection = ConnectionOf(PermissionOverride, 'PermissionOverride');
