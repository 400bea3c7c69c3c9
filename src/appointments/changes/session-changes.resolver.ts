import { Args, Mutation, Query, Resolver } from '@nestjs/graphql';
import { Can } from '../../platform/access/can.decorator.js';
import type { Ctx } from '../../platform/context/ctx.js';
import { CurrentCtx } from '../../platform/context/request-context.js';
import { listOf } from '../../platform/graphql/cost.js';
import { UuidScalar } from '../../platform/graphql/scalars.js';
import { ClinicSession, toClinicSession } from '../../schedules/session.model.js';
import { ChangeSessionInput, EditSessionInput, SessionChangeInput } from './session-change.inputs.js';
import { SessionChange, SessionChangePreview } from './session-change.model.js';
import { toPreview, toSessionChange } from './session-change-record.js';
import { SessionChangesService } from './session-changes.service.js';
import { SessionEditsService } from './session-edits.service.js';
import { UndoSessionChange } from './undo-session-change.service.js';

@Resolver()
export class SessionChangesResolver {
  constructor(
    private readonly changes: SessionChangesService,
    private readonly undoing: UndoSessionChange,
    private readonly edits: SessionEditsService,
  ) {}

  @Query(() => SessionChangePreview, { description: 'What would become of everybody in a session if the doctor were late, or it were shifted, cancelled, or moved into another one. Changes nothing. Needs appointments:manage in the chambers. Errors: NOT_FOUND, BAD_USER_INPUT, CONFLICT (SESSION_STATUS, SESSION_OVER, DAY_CLOSED, DOCTOR_LEFT, CHAMBER_ARCHIVED).' })
  @Can('appointments:manage')
  async previewSessionChange(@CurrentCtx() ctx: Ctx, @Args('input', { description: 'The change.' }) input: SessionChangeInput): Promise<SessionChangePreview> {
    return toPreview(await this.changes.preview(ctx, input));
  }

  @Mutation(() => SessionChange, { description: 'Does what was previewed, to everybody at once, or nothing. Appointments are never altered: those that are moved are cancelled, and others that name them take their place. For ten minutes it can be undone. Needs appointments:manage in the chambers. Errors: NOT_FOUND, BAD_USER_INPUT, CONFLICT (STALE_VERSION, CHANGE_BLOCKED, SESSION_STATUS, SESSION_OVER, DAY_CLOSED, DOCTOR_LEFT, CHAMBER_ARCHIVED, SESSIONS_OVERLAP, SLOT_TAKEN, PATIENT_IS_ELSEWHERE).' })
  @Can('appointments:manage', 'UPDATED')
  async changeSession(@CurrentCtx() ctx: Ctx, @Args('input', { description: 'The change, and its preview.' }) input: ChangeSessionInput): Promise<SessionChange> {
    return toSessionChange(await this.changes.change(ctx, input));
  }

  @Mutation(() => SessionChange, { description: 'Undoes a change of a session within ten minutes. What has ended stays so: a session like the former one takes its place, and everybody gets their number in it back. Whoever cannot be brought back is answered with the obstacle; places that are only held are let go. Needs appointments:manage in the chambers. Errors: NOT_FOUND, CONFLICT (UNDONE_ALREADY, UNDO_IS_OVER, CHANGED_SINCE, BOOKED_SINCE, CHAMBER_ARCHIVED, SESSIONS_OVERLAP).' })
  @Can('appointments:manage', 'UPDATED')
  async undoSessionChange(@CurrentCtx() ctx: Ctx, @Args('id', { type: () => UuidScalar, description: 'Id of the change.' }) id: string): Promise<SessionChange> {
    return toSessionChange(await this.undoing.undo(ctx, id));
  }

  @Query(() => [SessionChange], { complexity: listOf(10), description: 'What was done to a session as a whole, or brought others into it, the latest first; at most 100. Needs appointments:read in its chamber. Errors: NOT_FOUND.' })
  @Can('appointments:read')
  async sessionChanges(@CurrentCtx() ctx: Ctx, @Args('sessionId', { type: () => UuidScalar, description: 'Id of the session.' }) sessionId: string): Promise<SessionChange[]> {
    return (await this.changes.ofSession(ctx, sessionId)).map(toSessionChange);
  }

  @Mutation(() => ClinicSession, { description: 'Edits one session: how many patients, in which room, with which doctor. Nobody who has booked loses their place. Needs chambers:manage and appointments:read in its chamber. Errors: NOT_FOUND, BAD_USER_INPUT, CONFLICT (STALE_VERSION, SESSION_STATUS, MORE_ARE_BOOKED, SESSIONS_OVERLAP).' })
  @Can('chambers:manage', 'UPDATED')
  async editClinicSession(@CurrentCtx() ctx: Ctx, @Args('input', { description: 'Which, and what is to be different.' }) input: EditSessionInput): Promise<ClinicSession> {
    return toClinicSession(await this.edits.edit(ctx, input));
  }

  @Query(() => [ClinicSession], { complexity: listOf(50), description: 'The sessions of a chamber, to come or under way, whose doctor sees patients there no longer: they take no more bookings until they get another doctor, or are cancelled. Needs appointments:read in the chamber. Errors: NOT_FOUND.' })
  @Can('appointments:read')
  async clinicSessionsWithoutDoctor(@CurrentCtx() ctx: Ctx, @Args('chamberId', { type: () => UuidScalar, description: 'Id of the chamber.' }) chamberId: string): Promise<ClinicSession[]> {
    return (await this.edits.withoutDoctor(ctx, chamberId)).map(toClinicSession);
  }
}
