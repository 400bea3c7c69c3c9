import { type DynamicModule, Global, Module } from '@nestjs/common';
import type { Config } from '../config.js';
import { Authenticator } from '../platform/context/authenticator.js';
import { KeyEncryptionKeys } from '../platform/crypto/key-encryption-keys.js';
import { CONFIG } from '../platform/platform.module.js';
import { AccessTokens } from './access-tokens.js';
import { AccountNotices } from './account/account-notices.js';
import { AccountResolver } from './account/account.resolver.js';
import { MyDevicesService } from './account/my-devices.service.js';
import { MySecurityService } from './account/my-security.service.js';
import { StepUpService } from './account/step-up.service.js';
import { AccountsService } from './accounts.service.js';
import { AuthDb } from './auth-db.js';
import { AuthResolver } from './auth.resolver.js';
import { DevicesService } from './devices.service.js';
import { FactorProofs } from './factors/factor-proofs.js';
import { FactorsResolver } from './factors/factors.resolver.js';
import { OneTimeCodesService } from './factors/one-time-codes.service.js';
import { SecondFactors } from './factors/second-factors.js';
import { Forgetting } from './forgetting.js';
import { GoogleAccounts } from './google/google-accounts.service.js';
import { GoogleProvider } from './google/google-provider.js';
import { GoogleTrips } from './google/google-trips.service.js';
import { GoogleController } from './google/google.controller.js';
import { GoogleResolver } from './google/google.resolver.js';
import { JoiningService } from './joining.service.js';
import { JwksController } from './keys/jwks.controller.js';
import { TokenKeyWatch } from './keys/token-key-watch.js';
import { TokenKeys } from './keys/token-keys.js';
import { PasskeyProofs } from './passkeys/passkey-proofs.js';
import { PasskeysResolver } from './passkeys/passkeys.resolver.js';
import { PasskeysService } from './passkeys/passkeys.service.js';
import { HalfSignInNotice } from './factors/half-sign-in-notice.js';
import { NewDeviceNotice } from './new-device-notice.js';
import { NewPasswords } from './passwords/new-passwords.js';
import { PasswordJudge } from './passwords/password-judge.js';
import { PasswordResetsService } from './passwords/password-resets.service.js';
import { PasswordsResolver } from './passwords/passwords.resolver.js';
import { PasswordsService } from './passwords/passwords.service.js';
import { RequestAuthenticator } from './request-authenticator.js';
import { RefreshSecret, SessionsService } from './sessions.service.js';
import { SignInsService } from './sign-ins.service.js';
import { BookingTries } from './throttle/booking-tries.reader.js';
import { LinkTries } from './throttle/link-tries.reader.js';
import { Throttle } from './throttle/throttle.service.js';

@Global()
@Module({})
export class AuthModule {
  static with(tokenKeys: TokenKeys): DynamicModule {
    return {
      module: AuthModule,
      controllers: [GoogleController, JwksController],
      providers: [
        AuthResolver,
        AccountsService,
        JoiningService,
        SessionsService,
        DevicesService,
        SignInsService,
        SecondFactors,
        FactorProofs,
        FactorsResolver,
        OneTimeCodesService,
        AccountResolver,
        StepUpService,
        MySecurityService,
        MyDevicesService,
        GoogleAccounts,
        GoogleResolver,
        GoogleTrips,
        { provide: GoogleProvider, inject: [CONFIG], useFactory: ({ google }: Config) => google && new GoogleProvider(google) },
        PasskeyProofs,
        PasskeysResolver,
        PasskeysService,
        AccountNotices,
        NewDeviceNotice,
        HalfSignInNotice,
        PasswordsResolver,
        PasswordsService,
        PasswordResetsService,
        NewPasswords,
        PasswordJudge,
        Throttle,
        BookingTries,
        LinkTries,
        Forgetting,
        AuthDb,
        AccessTokens,
        TokenKeyWatch,
        { provide: TokenKeys, useValue: tokenKeys },
        { provide: RefreshSecret, inject: [KeyEncryptionKeys], useFactory: (keks: KeyEncryptionKeys) => new RefreshSecret(keks.derive('refresh token successors', 32)) },
        { provide: Authenticator, useClass: RequestAuthenticator },
      ],
      exports: [Authenticator, BookingTries, LinkTries],
    };
  }
}
