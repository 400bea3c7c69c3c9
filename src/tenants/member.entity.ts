import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The sealed part of a member. */
export interface MemberProfile {
  nameEn: string;
  nameBn: string | null;
  email: string;
  licence: string | null;
}

@Entity({ schema: 'clinic', name: 'members' })
export class MemberEntity {
  @PrimaryColumn('uuid', { name: 'tenant_id' })
  tenantId: string;

  @PrimaryColumn('uuid')
  id: string;

  // What is not inserted here, the application role may not insert.
  @Column({ type: 'uuid', name: 'user_id', nullable: true, insert: false })
  userId: string | null;

  @Column('bytea', { name: 'email_token' })
  emailToken: Buffer;

  @Column('bytea')
  profile: Buffer;

  @Column({ type: 'date', name: 'licence_expires_on', nullable: true })
  licenceExpiresOn: string | null;

  @Column({ type: 'boolean', name: 'is_owner', default: false, insert: false })
  isOwner: boolean;

  @Column({ type: 'text', default: 'INVITED', insert: false })
  status: 'INVITED' | 'ACTIVE' | 'DEACTIVATED';

  @Column({ type: 'timestamptz', name: 'deactivated_at', nullable: true, insert: false })
  deactivatedAt: Date | null;

  @Column({ type: 'boolean', name: 'second_factor_required', default: false, insert: false, update: false })
  secondFactorRequired: boolean;

  @Column({ type: 'timestamptz', name: 'emergency_until', nullable: true, insert: false, update: false })
  emergencyUntil: Date | null;

  @Column({ type: 'timestamptz', name: 'created_at', default: () => 'now()', insert: false })
  createdAt: Date;

  @Column({ type: 'integer', default: 1, insert: false })
  version: number;
}
