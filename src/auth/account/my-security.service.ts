import { Injectable } from '@nestjs/common';
import type { Ctx } from '../../platform/context/ctx.js';
import { AuthDb } from '../auth-db.js';
import { SignInMethod } from '../auth.model.js';
import { SecondFactors } from '../factors/second-factors.js';
import { toPasskey } from '../passkeys/passkeys.model.js';
import { GoogleAccounts } from '../google/google-accounts.service.js';
import { toGoogleAccount } from '../google/google.model.js';
import { PasskeysService } from '../passkeys/passkeys.service.js';
import type { MySecurity } from './account.model.js';

const ACCOUNT = 'select password_hash is not null as has_password, auth.second_factor_required(id) as required from auth.users where id = $1';

/** How a person's own account is protected. */
@Injectable()
export class MySecurityService {
  constructor(
    private readonly db: AuthDb,
    private readonly factors: SecondFactors,
    private readonly passkeys: PasskeysService,
    private readonly google: GoogleAccounts,
  ) {}

  /** What protects the caller's account. */
  async of(ctx: Ctx): Promise<MySecurity> {
    const { userId } = ctx.known;
    const [rows] = await this.db.read({ text: ACCOUNT, values: [userId] });
    const { has_password: hasPassword, required } = rows![0] as { has_password: boolean; required: boolean };
    const { oneTimeCodesSince, recoveryCodesLeft } = await this.factors.of(userId);
    const passkeys = await this.passkeys.list(ctx);
    const googleAccounts = await this.google.list(ctx);
    return {
      hasPassword, oneTimeCodesSince, recoveryCodesLeft, secondFactorRequired: required,
      passkeys: passkeys.map(toPasskey),
      googleAccounts: googleAccounts.map(toGoogleAccount),
      methods: [...(hasPassword ? [SignInMethod.PASSWORD] : []), ...(passkeys.length ? [SignInMethod.PASSKEY] : []), ...(googleAccounts.length ? [SignInMethod.GOOGLE] : [])],
    };
  }
}
