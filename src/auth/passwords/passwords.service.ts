import { Injectable } from '@nestjs/common';
import type { Ctx } from '../../platform/context/ctx.js';
import { TenantDb } from '../../platform/database/tenant-db.js';
import { AuthDb } from '../auth-db.js';
import { signInRefused } from '../auth.errors.js';
import { Throttle } from '../throttle/throttle.service.js';
import { type Holder, NewPasswords, unchanged } from './new-passwords.js';
import { verifyPassword } from './password-hashes.js';
import { type AccountRow, accountOf } from './password-rows.js';
import { noPassword, passwordIsSet } from './passwords.errors.js';
import type { ChangePasswordInput } from './passwords.inputs.js';

/** People's own passwords, while they are signed in. */
@Injectable()
export class PasswordsService {
  constructor(
    private readonly db: AuthDb,
    private readonly tenantDb: TenantDb,
    private readonly newPasswords: NewPasswords,
    private readonly throttle: Throttle,
  ) {}

  /** Changes the caller's password, which they must know; gives how many other sessions were ended. */
  async change(ctx: Ctx, { currentPassword, newPassword }: ChangePasswordInput): Promise<number> {
    const holder = await this.#caller(ctx);
    const { password_hash: stored } = holder.account;
    if (stored === null) throw noPassword();
    await this.throttle.attempt(ctx, 'stepUp', { account: ctx.known.userId }, async () => {
      if (!(await verifyPassword(stored, currentPassword))) throw signInRefused();
    });
    if (newPassword.normalize('NFC') === currentPassword.normalize('NFC')) throw unchanged();
    return this.#put(ctx, holder, newPassword);
  }

  /** Gives the caller's account the password that it lacks; gives how many other sessions were ended. */
  async set(ctx: Ctx, newPassword: string): Promise<number> {
    const holder = await this.#caller(ctx);
    if (holder.account.password_hash !== null) throw passwordIsSet();
    return this.#put(ctx, holder, newPassword);
  }

  async #caller(ctx: Ctx): Promise<Holder> {
    // Before any password is looked at: whoever has a stolen token must not try passwords with it.
    await this.tenantDb.authorise(ctx);
    const [rows] = await this.db.read(accountOf(ctx.known.userId));
    return (await this.newPasswords.holderOf(rows![0] as unknown as AccountRow))!;
  }

  async #put(ctx: Ctx, holder: Holder, password: string): Promise<number> {
    const judged = await this.newPasswords.judge(holder, password);
    return this.db.write(ctx, (tx) => this.newPasswords.put(ctx, tx, judged, ctx.member.sessionId));
  }
}
