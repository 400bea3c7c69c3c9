import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Caller } from '../platform/context/ctx.js';

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
  endReason: 'SIGNED_OUT' | 'ENDED_BY_USER' | 'SIGNED_OUT_EVERYWHERE' | 'DEACTIVATED' | 'REFRESH_REUSED' | null;
}
