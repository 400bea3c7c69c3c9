import { Injectable } from '@nestjs/common';
import type { Ctx } from '../../platform/context/ctx.js';
import { AccountsService } from '../accounts.service.js';
import { AuthDb } from '../auth-db.js';
import { SignInMethod, toPracticeChoice } from '../auth.model.js';
import { SecondFactors } from '../factors/second-factors.js';
import { toPasskey } from '../passkeys/passkeys.model.js';
import { GoogleAccounts } from '../google/google-accounts.service.js';
import { toGoogleAccount } from '../google/google.model.js';
import { PasskeysService } from '../passkeys/passkeys.service.js';
import type { MySecurity } from './account.model.js';

const REQUIRING = 'select p as id from auth.practices_requiring_factor($1) p';

/** How a person's own account is protected. */
@Injectable()
export class MySecurityService {
  constructor(
    private readonly db: AuthDb,
    private readonly accounts: AccountsService,
    private readonly factors: SecondFactors,
    private readonly passkeys: PasskeysService,
    private readonly google: GoogleAccounts,
  ) {}

  /** What protects the caller's account. */
  async of(ctx: Ctx): Promise<MySecurity> {
    const { userId } = ctx.known;
    const { email } = await this.accounts.profileOf(userId);
    const hasPassword = await this.accounts.hasPassword(userId);
    const [requiring] = await this.db.read({ text: REQUIRING, values: [userId] });
    const practices = await this.accounts.practicesOf(userId);
    const { oneTimeCodesSince, recoveryCodesLeft } = await this.factors.of(userId);
    const passkeys = await this.passkeys.list(ctx);
    const googleAccounts = await this.google.list(ctx);
    return {
      email, hasPassword, oneTimeCodesSince, recoveryCodesLeft,
      secondFactorRequiredBy: practices.filter(({ tenantId }) => requiring!.some(({ id }) => id === tenantId)).map((practice) => toPracticeChoice(practice, ctx.tenantId)),
      passkeys: passkeys.map(toPasskey),
      googleAccounts: googleAccounts.map(toGoogleAccount),
      methods: [...(hasPassword ? [SignInMethod.PASSWORD] : []), ...(passkeys.length ? [SignInMethod.PASSKEY] : []), ...(googleAccounts.length ? [SignInMethod.GOOGLE] : [])],
    };
  }
}
