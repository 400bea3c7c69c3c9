import { Injectable } from '@nestjs/common';
import type { Letter } from '../mail/letter.model.js';
import { MailsWriter } from '../mail/mails.writer.js';
import type { Ctx } from '../platform/context/ctx.js';
import { Keyring } from '../platform/crypto/keyring.js';
import type { AuditedTx } from '../platform/database/audited-tx.js';

const PRACTICE = 'select t.name from clinic.tenants t where t.id = $1';
const PEOPLE = `select m.id, m.profile, m.is_owner from clinic.members m where m.tenant_id = $1 and m.status = 'ACTIVE' and (m.is_owner or m.id = $2)`;

interface Person {
  id: string;
  profile: Buffer;
  is_owner: boolean;
}

/** Who changed something, by name. */
export interface Changer {
  nameEn: string;
  nameBn: string | null;
}

/** Mails every owner what was changed of the protection of the practice, and by whom: if and only if it was, because the mails are queued in the same transaction. */
@Injectable()
export class OwnerLettersWriter {
  constructor(
    private readonly keyring: Keyring,
    private readonly mails: MailsWriter,
  ) {}

  /** Queues a letter to each owner, written for their address, the name of the practice and the caller. Two round trips. */
  async queue(tx: AuditedTx, ctx: Ctx, letterTo: (to: string, practice: string, by: Changer) => Letter): Promise<void> {
    const [practices, found] = await tx.group({ text: PRACTICE, values: [ctx.tenantId] }, { text: PEOPLE, values: [ctx.tenantId, ctx.member.memberId] });
    const people = found as unknown as Person[];
    const keys = await this.keyring.of(ctx.tenantId, people.map(({ profile }) => profile));
    const opened = people.map(({ id, profile, is_owner: isOwner }) => ({ id, isOwner, ...keys.open<Changer & { email: string }>('clinic.members', id, 'profile', profile) }));
    const by = opened.find(({ id }) => id === ctx.member.memberId)!;
    const letters = opened.filter(({ isOwner }) => isOwner).map(({ email }) => letterTo(email, practices![0]!['name'] as string, by));
    await tx.group(...await Promise.all(letters.map((letter) => this.mails.statement(letter))));
  }
}
