import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The sealed part of a user. */
export interface UserProfile {
  email: string;
  nameEn: string;
  nameBn: string | null;
}

@Entity({ schema: 'auth', name: 'users' })
export class User {
  @PrimaryColumn('uuid')
  id: string;

  @Column('bytea', { name: 'email_token' })
  emailToken: Buffer;

  @Column('bytea')
  profile: Buffer;

  @Column('text', { name: 'password_hash', nullable: true })
  passwordHash: string | null;

  @Column('boolean', { name: 'password_long', default: true })
  passwordLong: boolean;

  @Column('timestamptz', { name: 'password_changed_at', default: () => 'now()' })
  passwordChangedAt: Date;

  @Column('timestamptz', { name: 'new_device_mailed_at', nullable: true })
  newDeviceMailedAt: Date | null;

  @Column('timestamptz', { name: 'second_factor_mailed_at', nullable: true })
  secondFactorMailedAt: Date | null;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt: Date;
}
