import { Field, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { Classified } from '../platform/access/classification.js';
import { DateTimeScalar, UuidScalar } from '../platform/graphql/scalars.js';
import { Standing } from './role.model.js';

export enum PracticeStatus {
  TRIAL = 'TRIAL',
  ACTIVE = 'ACTIVE',
  PAST_DUE = 'PAST_DUE',
  CANCELLED = 'CANCELLED',
  PURGED = 'PURGED',
}
registerEnumType(PracticeStatus, {
  name: 'PracticeStatus',
  description: 'Where a practice stands with its subscription.',
  valuesMap: {
    TRIAL: { description: 'Trying for free, until `trialEndsAt`.' },
    ACTIVE: { description: 'Subscribed.' },
    PAST_DUE: { description: 'Subscribed, with a payment outstanding.' },
    CANCELLED: { description: 'Ended; can be read and exported for 90 days.' },
    PURGED: { description: 'Ended, its records destroyed.' },
  },
});

@ObjectType({ description: 'A practice: one doctor-owner or more, several chambers, a staff.' })
@Classified('practice')
export class Practice {
  @Field(() => UuidScalar, { description: 'Id.' })
  id: string;

  @Field({ description: 'Name.' })
  name: string;

  @Field({ description: 'Country, ISO 3166-1 alpha-2: BD or AE.' })
  country: string;

  @Field({ description: 'Currency of all its money, ISO 4217.' })
  currency: string;

  @Field(() => PracticeStatus, { description: 'Standing of the subscription.' })
  status: PracticeStatus;

  @Field(() => DateTimeScalar, { description: 'When the trial ends or ended.' })
  trialEndsAt: Date;

  @Field(() => [Standing], { description: 'Whoever is one of these can do nothing without a second factor but set one up: `requireSecondFactor`.' })
  secondFactorRoles: Standing[];

  @Field(() => Int, { description: 'Counts the edits; pass it to `renamePractice`.' })
  version: number;
}

/** A row of clinic.tenants. */
export interface PracticeRow {
  id: string;
  name: string;
  country: string;
  currency: string;
  status: PracticeStatus;
  trial_ends_at: Date;
  second_factor_roles: Standing[];
  version: number;
}

/** The columns of a PracticeRow. */
export const PRACTICE_COLUMNS = 't.id, t.name, t.country, t.currency, t.status, t.trial_ends_at, t.second_factor_roles, t.version';

/** A practice as its members see it. */
export const toPractice = (row: PracticeRow): Practice => ({
  id: row.id, name: row.name, country: row.country, currency: row.currency, status: row.status,
  trialEndsAt: row.trial_ends_at, secondFactorRoles: row.second_factor_roles, version: row.version,
});
