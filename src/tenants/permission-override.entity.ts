import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { OverrideEffect, Role } from './role.model.js';

@Entity({ schema: 'clinic', name: 'permission_overrides' })
export class PermissionOverrideEntity {
  @PrimaryColumn('uuid', { name: 'tenant_id' })
  tenantId: string;

  @PrimaryColumn('uuid')
  id: string;

  @Column('text', { nullable: true })
  role: Role | null;

  @Column('uuid', { name: 'chamber_id', nullable: true })
  chamberId: string | null;

  @Column('uuid', { name: 'member_id', nullable: true })
  memberId: string | null;

  @Column('text')
  permission: string;

  @Column('text')
  effect: OverrideEffect;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt: Date;
}
