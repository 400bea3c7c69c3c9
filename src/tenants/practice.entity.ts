import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Standing } from './role.model.js';
import type { Country } from './practice-countries.reader.js';

@Entity({ schema: 'clinic', name: 'tenants' })
export class PracticeEntity {
  @PrimaryColumn('uuid')
  id: string;

  @Column('text')
  name: string;

  @Column('text')
  country: Country;

  @Column('text')
  currency: 'BDT' | 'AED';

  @Column('text')
  jurisdiction: Country;

  @Column('text', { default: 'TRIAL' })
  status: 'TRIAL' | 'ACTIVE' | 'PAST_DUE' | 'CANCELLED' | 'PURGED';

  @Column('text', { name: 'second_factor_roles', array: true, default: () => "'{}'" })
  secondFactorRoles: Standing[];

  @Column('timestamptz', { name: 'trial_ends_at' })
  trialEndsAt: Date;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt: Date;

  @Column('integer', { default: 1 })
  version: number;
}
