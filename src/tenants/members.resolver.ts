import { Args, Int, Mutation, Query, Resolver } from '@nestjs/graphql';
import { Can } from '../platform/access/can.decorator.js';
import type { Ctx } from '../platform/context/ctx.js';
import { CurrentCtx } from '../platform/context/request-context.js';
import { type Page, PageArgs } from '../platform/graphql/connection.js';
import { UuidScalar } from '../platform/graphql/scalars.js';
import { AssignmentsService } from './assignments.service.js';
import { InvitationsService } from './invitations.service.js';
import { AssignChamberInput, DeactivateMemberInput, EditMemberInput, InviteMemberInput, ReactivateMemberInput } from './member.inputs.js';
import { Invitation, Member, MemberConnection } from './member.model.js';
import { MembersService } from './members.service.js';

@Resolver()
export class MembersResolver {
  constructor(
    private readonly members: MembersService,
    private readonly invitations: InvitationsService,
    private readonly assignments: AssignmentsService,
  ) {}

  @Query(() => MemberConnection, { name: 'members', description: 'The members of the practice, oldest first, those who left too. Needs members:manage.' })
  @Can('members:manage')
  list(@CurrentCtx() ctx: Ctx, @Args() page: PageArgs): Promise<Page<Member>> {
    return this.members.list(ctx, page);
  }

  @Query(() => Member, { name: 'member', description: 'One member. Needs members:manage. Errors: NOT_FOUND.' })
  @Can('members:manage')
  get(@CurrentCtx() ctx: Ctx, @Args('id', { type: () => UuidScalar, description: 'Id of the member.' }) id: string): Promise<Member> {
    return this.members.get(ctx, id);
  }

  @Mutation(() => Invitation, { description: 'Invites a person, with an account or without: sends them a mail, in the practice’s name, with a link to join by. A practice may send 100 invitations in 24 hours, to one address 3 and each 15 minutes after the last; all practices together 6 to one address. Needs members:manage and a step-up. Errors: STEP_UP_NEEDED, ALREADY_EXISTS, NOT_FOUND, ABOVE_OWN_RIGHTS, THROTTLED, BAD_USER_INPUT.' })
  @Can('members:manage', 'INVITED', { stepUp: true })
  inviteMember(@CurrentCtx() ctx: Ctx, @Args('input', { description: 'The person.' }) input: InviteMemberInput): Promise<Invitation> {
    return this.invitations.invite(ctx, input);
  }

  @Mutation(() => Invitation, { description: 'Sends an invited member a new mail with a new link; the earlier one is void. As often as `inviteMember` does. Needs members:manage and a step-up. Errors: STEP_UP_NEEDED, NOT_FOUND, ABOVE_OWN_RIGHTS, THROTTLED, BAD_USER_INPUT.' })
  @Can('members:manage', 'INVITED', { stepUp: true })
  renewInvitation(@CurrentCtx() ctx: Ctx, @Args('memberId', { type: () => UuidScalar, description: 'Id of the member.' }) memberId: string): Promise<Invitation> {
    return this.invitations.renew(ctx, memberId);
  }

  @Mutation(() => Member, { description: 'Voids the link that an invited member got; they stay invited, and renewInvitation sends another. Needs members:manage. Errors: NOT_FOUND, ABOVE_OWN_RIGHTS, BAD_USER_INPUT.' })
  @Can('members:manage', 'REVOKED')
  revokeInvitation(@CurrentCtx() ctx: Ctx, @Args('memberId', { type: () => UuidScalar, description: 'Id of the member.' }) memberId: string): Promise<Member> {
    return this.invitations.revoke(ctx, memberId);
  }

  @Mutation(() => Member, { description: 'Edits a member’s names and licence. Needs members:manage. Errors: NOT_FOUND, CONFLICT, ABOVE_OWN_RIGHTS, BAD_USER_INPUT.' })
  @Can('members:manage', 'UPDATED')
  editMember(@CurrentCtx() ctx: Ctx, @Args('input', { description: 'What changes.' }) input: EditMemberInput): Promise<Member> {
    return this.members.edit(ctx, input);
  }

  @Mutation(() => Member, { description: 'Assigns a member to a chamber, in place of what they were there. The link that an invited member got is void if their rights grow: renewInvitation. Needs members:manage and a step-up. Errors: STEP_UP_NEEDED, NOT_FOUND, ABOVE_OWN_RIGHTS, BAD_USER_INPUT.' })
  @Can('members:manage', 'GRANTED', { stepUp: true })
  assignChamber(@CurrentCtx() ctx: Ctx, @Args('input', { description: 'Who, where, as what, how long.' }) input: AssignChamberInput): Promise<Member> {
    return this.assignments.assign(ctx, input);
  }

  @Mutation(() => Member, { description: 'Ends a member’s work in a chamber at once. Needs members:manage. Errors: NOT_FOUND, ABOVE_OWN_RIGHTS.' })
  @Can('members:manage', 'REVOKED')
  removeAssignment(@CurrentCtx() ctx: Ctx, @Args('memberId', { type: () => UuidScalar, description: 'Id of the member.' }) memberId: string,
    @Args('chamberId', { type: () => UuidScalar, description: 'Id of the chamber.' }) chamberId: string): Promise<Member> {
    return this.assignments.remove(ctx, memberId, chamberId);
  }

  @Mutation(() => Member, { description: 'Ends a member’s access at this moment, in every session; `reactivateMember` invites them back. Needs members:manage. Errors: NOT_FOUND, ABOVE_OWN_RIGHTS, LAST_OWNER, BAD_USER_INPUT.' })
  @Can('members:manage', 'DEACTIVATED')
  deactivateMember(@CurrentCtx() ctx: Ctx, @Args('input', { description: 'Who, and why.' }) input: DeactivateMemberInput): Promise<Member> {
    return this.members.deactivate(ctx, input);
  }

  @Mutation(() => Member, { description: 'Invites somebody back who left: by the link in a mail they become the same member again, with the same account and assignments, but no owner. As often as `inviteMember` does. Needs members:manage and a step-up. Errors: STEP_UP_NEEDED, NOT_FOUND, ABOVE_OWN_RIGHTS, ALREADY_EXISTS (the person was hired anew meanwhile), THROTTLED, BAD_USER_INPUT.' })
  @Can('members:manage', 'REACTIVATED', { stepUp: true })
  reactivateMember(@CurrentCtx() ctx: Ctx, @Args('input', { description: 'Who, and why.' }) input: ReactivateMemberInput): Promise<Member> {
    return this.invitations.reactivate(ctx, input);
  }

  @Mutation(() => Boolean, { description: 'Ends the caller’s own place in this practice at this moment, in every session: they come back only if they are invited and say yes. What they did stays on record. Needs a step-up. Errors: STEP_UP_NEEDED, LAST_OWNER.' })
  @Can('self:enrol', 'DEACTIVATED', { stepUp: true })
  leavePractice(@CurrentCtx() ctx: Ctx): Promise<boolean> {
    return this.members.leave(ctx);
  }

  @Mutation(() => Int, { description: 'Ends every session in which a member works in this practice, as when a device of theirs is lost; they may sign in again, but not open emergency access for 15 minutes. Answers how many there were. Needs members:manage. Errors: NOT_FOUND, ABOVE_OWN_RIGHTS, BAD_USER_INPUT.' })
  @Can('members:manage', 'SESSION_ENDED')
  endMemberSessions(@CurrentCtx() ctx: Ctx, @Args('memberId', { type: () => UuidScalar, description: 'Id of the member.' }) memberId: string): Promise<number> {
    return this.members.endSessions(ctx, memberId);
  }

  @Mutation(() => Member, { description: 'Makes an active member an owner beside the others; only owners may. Needs roles:manage and a step-up. Errors: STEP_UP_NEEDED, NOT_FOUND, ABOVE_OWN_RIGHTS, BAD_USER_INPUT.' })
  @Can('roles:manage', 'GRANTED', { stepUp: true })
  makeOwner(@CurrentCtx() ctx: Ctx, @Args('memberId', { type: () => UuidScalar, description: 'Id of the member.' }) memberId: string): Promise<Member> {
    return this.members.setOwner(ctx, memberId, true);
  }

  @Mutation(() => Member, { description: 'Leaves an owner with the rights of their assignments; only owners may. Needs roles:manage and a step-up. Errors: STEP_UP_NEEDED, NOT_FOUND, ABOVE_OWN_RIGHTS, LAST_OWNER, BAD_USER_INPUT.' })
  @Can('roles:manage', 'REVOKED', { stepUp: true })
  removeOwner(@CurrentCtx() ctx: Ctx, @Args('memberId', { type: () => UuidScalar, description: 'Id of the member.' }) memberId: string): Promise<Member> {
    return this.members.setOwner(ctx, memberId, false);
  }
}
