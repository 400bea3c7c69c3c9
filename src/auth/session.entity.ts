import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Caller } from '../platform/context/ctx.js';

/** How a person signed in. */
export type SignInMethod = 'PASSWORD' | 'PASSKEY' | 'GOOGLE';

@Entity({ schema: 'auth', name: 'sessions' })
export class Session {
  @PrimaryColumn('uuid')
  id: string;

  @Column('bytea', { name: 'secret_hash' })
  secretHash: Buffer;

  @Column('uuid', { name: 'user_id' })
  userId: string;

  @Column('uuid', { name: 'tenant_id' })
  tenantId: string;

  @Column('uuid', { name: 'member_id' })
  memberId: string;

  @Column('text')
  client: Caller['client'];

  @Column('inet', { nullable: true })
  ip: string | null;

  @Column('text', { nullable: true })
  device: string | null;

  @Column('uuid', { name: 'device_id', nullable: true })
  deviceId: string | null;

  @Column('text', { default: 'PASSWORD' })
  method: SignInMethod;

  @Column('timestamptz', { name: 'authenticated_at', default: () => 'now()' })
  authenticatedAt: Date;

  @Column('timestamptz', { name: 'second_factor_at', nullable: true })
  secondFactorAt: Date | null;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt: Date;

  @Column('timestamptz', { name: 'last_seen_at', default: () => 'now()' })
  lastSeenAt: Date;

  @Column('timestamptz', { name: 'idle_expires_at' })
  idleExpiresAt: Date;

  @Column('timestamptz', { name: 'absolute_expires_at' })
  absoluteExpiresAt: Date;

  @Column('timestamptz', { name: 'ended_at', nullable: true })
  endedAt: Date | null;

  @Column('text', { name: 'end_reason', nullable: true })
  endReason:
    | 'SIGNED_OUT' | 'ENDED_BY_USER' | 'SIGNED_OUT_EVERYWHERE' | 'DEACTIVATED' | 'REFRESH_REUSED'
    | 'ENDED_BY_PRACTICE' | 'PASSWORD_CHANGED' | 'FACTORS_RESET' | 'FACTOR_ADDED' | 'TOO_MANY'
    | null;
}
