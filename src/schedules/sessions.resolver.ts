import { Args, Mutation, Query, Resolver, Subscription } from '@nestjs/graphql';
import { Can } from '../platform/access/can.decorator.js';
import type { Ctx } from '../platform/context/ctx.js';
import { CurrentCtx } from '../platform/context/request-context.js';
import { type Page, pageOf } from '../platform/graphql/connection.js';
import { listOf } from '../platform/graphql/cost.js';
import { LocalDateScalar, UuidScalar } from '../platform/graphql/scalars.js';
import { Live, type LiveEvent } from '../platform/websocket/live.js';
import { OfferedSessions } from './offered-sessions.reader.js';
import { AddSessionInput, DoctorSessionsArgs, FreePlacesArgs, LONGEST_STRETCH_DAYS, SessionsArgs } from './schedule.inputs.js';
import { ClinicSession, ClinicSessionConnection, toClinicSession } from './session.model.js';
import { SessionsReader } from './sessions.reader.js';
import { SessionsService } from './sessions.service.js';

/** How many sessions a chamber is taken to have on one day, on each of several, and how many of them one doctor. */
const USUAL_ON_A_DAY = 8;
const USUAL_ON_EACH = 3;
const USUAL_OF_DOCTOR = 2;

const sessionsOfDays = listOf(({ days, doctorId }) =>
  Math.min(Math.max(Number(days), 1), LONGEST_STRETCH_DAYS) * (doctorId == null ? (Number(days) > 1 ? USUAL_ON_EACH : USUAL_ON_A_DAY) : USUAL_OF_DOCTOR));

const sessionsOfDoctor = listOf(({ days }) => Math.min(Math.max(Number(days), 1), LONGEST_STRETCH_DAYS) * USUAL_OF_DOCTOR);

@Resolver(() => ClinicSession)
export class SessionsResolver {
  constructor(
    private readonly reader: SessionsReader,
    private readonly offered: OfferedSessions,
    private readonly service: SessionsService,
    private readonly live: Live,
  ) {}

  @Query(() => [ClinicSession], { complexity: sessionsOfDays, description: 'The sessions of a chamber on some days, in the order in which they begin; also those of the day before that go on past midnight, by plan, or because they are not closed yet: see `localDate`. Needs appointments:read in the chamber. Errors: NOT_FOUND, BAD_USER_INPUT.' })
  @Can('appointments:read')
  async clinicSessions(@CurrentCtx() ctx: Ctx, @Args() args: SessionsArgs): Promise<ClinicSession[]> {
    return (await this.reader.ofDays(ctx, args)).map(toClinicSession);
  }

  @Query(() => [ClinicSession], { complexity: sessionsOfDoctor, description: 'The sessions of one doctor on some days in all chambers, in the order in which they begin. Needs appointments:read; those in chambers where the caller lacks it are left out. Errors: BAD_USER_INPUT.' })
  @Can('appointments:read')
  async doctorSessions(@CurrentCtx() ctx: Ctx, @Args() args: DoctorSessionsArgs): Promise<ClinicSession[]> {
    return (await this.reader.ofDoctor(ctx, args)).map(toClinicSession);
  }

  @Subscription(() => [ClinicSession], { description: 'The sessions of a chamber on one day, as `clinicSessions` has them: at once, and again whenever one of them changes, is added or taken back, or something happens in its queue. Needs appointments:read in the chamber; ends with the caller’s session. Errors: NOT_FOUND.' })
  @Can('appointments:read')
  clinicDayChanged(@CurrentCtx() ctx: Ctx, @Args('chamberId', { type: () => UuidScalar, description: 'Id of the chamber.' }) chamberId: string,
    @Args('day', { type: () => LocalDateScalar, description: 'The day there.' }) day: string): AsyncIterable<LiveEvent<ClinicSession[]>> {
    return this.live.of(ctx, [`day-of-chamber:${chamberId}:${day}`], async (event) => (await this.reader.ofDays(event, { chamberId, first: day, days: 1 })).map(toClinicSession));
  }

  @Query(() => ClinicSessionConnection, { description: 'Sessions with places left on some days, in the order in which they begin; `places` and `slots` tell which. Those on days that were closed after they were planned are left out. Needs appointments:read in the chamber; without one, of all those where the caller has it. Errors: NOT_FOUND, BAD_USER_INPUT.' })
  @Can('appointments:read')
  async freePlaces(@CurrentCtx() ctx: Ctx, @Args() args: FreePlacesArgs): Promise<Page<ClinicSession>> {
    return pageOf((await this.offered.find(ctx, args)).map(toClinicSession), args, () => this.offered.count(ctx, args));
  }

  @Query(() => ClinicSession, { description: 'One session. Needs appointments:read in its chamber. Errors: NOT_FOUND.' })
  @Can('appointments:read')
  async clinicSession(@CurrentCtx() ctx: Ctx, @Args('id', { type: () => UuidScalar, description: 'Id of the session.' }) id: string): Promise<ClinicSession> {
    return toClinicSession(await this.reader.get(ctx, id));
  }

  @Mutation(() => ClinicSession, { description: 'Adds one session by hand, on a closed day too. Needs chambers:manage in the chamber. Errors: NOT_FOUND, BAD_USER_INPUT (all faults at once), CONFLICT (SESSIONS_OVERLAP, CHAMBER_ARCHIVED).' })
  @Can('chambers:manage', 'CREATED')
  async addClinicSession(@CurrentCtx() ctx: Ctx, @Args('input', { description: 'The session.' }) input: AddSessionInput): Promise<ClinicSession> {
    return toClinicSession(await this.service.add(ctx, input));
  }

  @Mutation(() => [ClinicSession], { complexity: listOf(50), description: 'Plans the sessions of a chamber farther ahead than the 60 days that are planned by themselves, up to a year; answers those that are new. Needs chambers:manage in the chamber. Errors: NOT_FOUND, BAD_USER_INPUT, CONFLICT (CHAMBER_ARCHIVED).' })
  @Can('chambers:manage', 'CREATED')
  async planClinicSessions(@CurrentCtx() ctx: Ctx,
    @Args('chamberId', { type: () => UuidScalar, description: 'Id of the chamber.' }) chamberId: string,
    @Args('first', { type: () => LocalDateScalar, description: 'The first day. Reason of a fault: PAST.' }) first: string,
    @Args('last', { type: () => LocalDateScalar, description: 'The last day. Reasons of faults: BEFORE_FIRST, TOO_LONG, TOO_FAR.' }) last: string): Promise<ClinicSession[]> {
    return (await this.service.plan(ctx, chamberId, first, last)).map(toClinicSession);
  }
}
