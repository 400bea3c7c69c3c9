import { Field, InputType } from '@nestjs/graphql';
import { IsOptional, MaxLength } from 'class-validator';
import { UuidScalar } from '../platform/graphql/scalars.js';
import { Role } from './role.model.js';

@InputType({ description: 'One permission of a role or of a member: exactly one of the two.' })
export class PermissionInput {
  @Field({ description: 'The permission, such as `payments:take`.' })
  @MaxLength(100)
  permission: string;

  @Field(() => Role, { nullable: true, description: 'The role, when it is about a role.' })
  @IsOptional()
  role?: Role | null;

  @Field(() => UuidScalar, { nullable: true, description: 'The member, when it is about one member.' })
  @IsOptional()
  memberId?: string | null;

  @Field(() => UuidScalar, { nullable: true, description: 'The chamber; otherwise all chambers.' })
  @IsOptional()
  chamberId?: string | null;
}
