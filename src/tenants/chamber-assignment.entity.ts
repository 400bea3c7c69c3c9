import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Role } from './role.model.js';

@Entity({ schema: 'clinic', name: 'chamber_assignments' })
export class ChamberAssignmentEntity {
  @PrimaryColumn('uuid', { name: 'tenant_id' })
  tenantId: string;

  @PrimaryColumn('uuid')
  id: string;

  @Column('uuid', { name: 'member_id' })
  memberId: string;

  @Column('uuid', { name: 'chamber_id' })
  chamberId: string;

  @Column('text')
  role: Role;

  @Column('timestamptz', { name: 'valid_from' })
  validFrom: Date;

  @Column('timestamptz', { name: 'valid_to', nullable: true })
  validTo: Date | null;

  // Kept by triggers; the application role may not write it.
  @Column({ type: 'text', array: true, default: '{}', insert: false, update: false })
  permissions: string[];

  @Column({ type: 'timestamptz', name: 'created_at', default: () => 'now()', insert: false })
  createdAt: Date;
}
