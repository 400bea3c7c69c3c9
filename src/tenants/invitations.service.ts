import { randomBytes } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import type { Config } from '../config.js';
import { MailsWriter } from '../mail/mails.writer.js';
import type { Ctx } from '../platform/context/ctx.js';
import { INSTALLATION, Keyring } from '../platform/crypto/keyring.js';
import { hashOf } from '../platform/crypto/secrets.js';
import type { AuditedTx } from '../platform/database/audited-tx.js';
import { TenantDb } from '../platform/database/tenant-db.js';
import { normaliseEmail } from '../platform/email.js';
import { badInput, throttled } from '../platform/errors.js';
import { constraintOf, databaseError } from '../platform/database/database-errors.js';
import { CONFIG } from '../platform/platform.module.js';
import { AssignmentsService } from './assignments.service.js';
import { INVITATION_DAYS, invitationLetter } from './invitation-letter.js';
import { MemberEntity, type MemberProfile } from './member.entity.js';
import type { AssignmentInput, InviteMemberInput, ReactivateMemberInput } from './member.inputs.js';
import type { Invitation, Member } from './member.model.js';
import { MembersService } from './members.service.js';
import { RightsCheck } from './rights-check.js';
import { alreadyExists } from './tenants.errors.js';

const CODE_BYTES = 16;
const INVITE = 'select clinic.invite($1, $2, $3, $4)';
const REVOKE = 'select clinic.revoke_invitation($1)';
const PRACTICE_NAME = 'select t.name from clinic.tenants t where t.id = $1';

/** Invitations into a practice, by mail: the joining code is in the mail and nowhere else. What is answered does not depend on whether the person has an account. */
@Injectable()
export class InvitationsService {
  constructor(
    private readonly db: TenantDb,
    private readonly keyring: Keyring,
    private readonly members: MembersService,
    private readonly assignments: AssignmentsService,
    private readonly mails: MailsWriter,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** Invites a person, and sends them a mail; ALREADY_EXISTS when the address is a member's, NOT_FOUND, ABOVE_OWN_RIGHTS, THROTTLED, BAD_USER_INPUT. */
  invite(ctx: Ctx, input: InviteMemberInput): Promise<Invitation> {
    refuseRepeatedChambers(input.assignments);
    const id = uuidv7();
    return this.db.write(ctx, async (tx) => {
      const rights = await RightsCheck.open(tx, ctx, 'members:manage');
      await this.#insert(tx, ctx, id, input);
      for (const [index, assignment] of input.assignments.entries()) {
        await this.assignments.put(tx, ctx, rights, id, assignment, ['input', 'assignments', String(index)]);
      }
      return this.#sendCode(tx, ctx, id);
    });
  }

  /** Sends an invited member a new code; the earlier one is void. NOT_FOUND, ABOVE_OWN_RIGHTS, THROTTLED, BAD_USER_INPUT. */
  renew(ctx: Ctx, memberId: string): Promise<Invitation> {
    return this.db.write(ctx, async (tx) => {
      const rights = await RightsCheck.open(tx, ctx, 'members:manage');
      await rights.target(memberId, ['memberId']);
      return this.#sendCode(tx, ctx, memberId);
    });
  }

  /** Invites somebody who left, to come back as the same member with the same account and assignments, but as no owner. NOT_FOUND, ABOVE_OWN_RIGHTS, ALREADY_EXISTS when the person was hired anew meanwhile, THROTTLED, BAD_USER_INPUT. */
  reactivate(ctx: Ctx, { memberId, reason }: ReactivateMemberInput): Promise<Member> {
    return this.db.write(ctx, async (tx) => {
      const rights = await RightsCheck.open(tx, ctx, 'members:manage');
      const before = await rights.departed(memberId, ['input', 'memberId']);
      await this.members.inviteBack(tx, ctx, before);
      tx.reason = reason;
      return (await this.#sendCode(tx, ctx, memberId)).member;
    });
  }

  /** Voids the code of an invited member, who stays one without; NOT_FOUND, ABOVE_OWN_RIGHTS, BAD_USER_INPUT. */
  revoke(ctx: Ctx, memberId: string): Promise<Member> {
    return this.db.write(ctx, async (tx) => {
      const rights = await RightsCheck.open(tx, ctx, 'members:manage');
      await rights.target(memberId, ['memberId']);
      await tx.query(REVOKE, [memberId]).catch(refused);
      return this.members.read(tx, ctx, memberId);
    });
  }

  async #insert(tx: AuditedTx, ctx: Ctx, id: string, input: InviteMemberInput): Promise<void> {
    const keys = await this.keyring.of(ctx.tenantId);
    const email = normaliseEmail(input.email);
    const profile: MemberProfile = { nameEn: input.nameEn, nameBn: input.nameBn ?? null, email, licence: input.licence ?? null };
    try {
      await tx.manager.insert(MemberEntity, {
        tenantId: ctx.tenantId, id, emailToken: keys.token('member-email', email), profile: keys.seal('clinic.members', id, 'profile', profile), licenceExpiresOn: input.licenceExpiresOn ?? null,
      });
    } catch (error) {
      throw constraintOf(error) === 'members__email' ? alreadyExists(['input', 'email']) : error;
    }
    for (const field of ['nameEn', 'nameBn', 'email', 'licence'] as const) tx.change('member', id, field, null, profile[field]);
    tx.change('member', id, 'licenceExpiresOn', null, input.licenceExpiresOn ?? null);
  }

  async #sendCode(tx: AuditedTx, ctx: Ctx, memberId: string): Promise<Invitation> {
    const member = await this.members.read(tx, ctx, memberId);
    const joinCode = randomBytes(CODE_BYTES).toString('base64url');
    const expiresAt = new Date(Date.now() + INVITATION_DAYS * 86_400_000);
    // The account is the installation's, so its address is found by the installation's token, not by the practice's.
    const emailToken = (await this.keyring.of(INSTALLATION)).token('email', normaliseEmail(member.email));
    const [, practices] = await tx.group(
      { text: INVITE, values: [memberId, hashOf(joinCode), emailToken, expiresAt] },
      { text: PRACTICE_NAME, values: [ctx.tenantId] },
    ).catch(refused);
    // After the number sign: browsers send that to no server, so that no log has the code.
    const url = `${this.config.frontendUrl}/join#code=${joinCode}`;
    await this.mails.queue(tx, invitationLetter(member, practices![0]!['name'] as string, url));
    return { member, expiresAt };
  }
}

const refused = (error: unknown): never => {
  const { code, detail } = databaseError(error) ?? {};
  if (code === 'SK012') throw badInput([{ path: ['memberId'], reason: 'NOT_INVITED' }]);
  if (code === 'SK053') throw throttled(Number(detail));
  throw error;
};

const refuseRepeatedChambers = (assignments: AssignmentInput[]): void => {
  const chambers = assignments.map(({ chamberId }) => chamberId);
  const repeated = chambers.findIndex((chamber, index) => chambers.indexOf(chamber) < index);
  if (repeated >= 0) throw badInput([{ path: ['input', 'assignments', String(repeated), 'chamberId'], reason: 'REPEATED' }]);
};
