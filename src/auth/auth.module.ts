import { type DynamicModule, Global, Module } from '@nestjs/common';
import type { Config } from '../config.js';
import { Authenticator } from '../platform/context/authenticator.js';
import { KeyEncryptionKeys } from '../platform/crypto/key-encryption-keys.js';
import { CONFIG } from '../platform/platform.module.js';
import { AccessTokens } from './access-tokens.js';
import { AccountsService } from './accounts.service.js';
import { AuthDb } from './auth-db.js';
import { AuthResolver } from './auth.resolver.js';
import { DevicesService } from './devices.service.js';
import { RequestAuthenticator } from './request-authenticator.js';
import { RefreshSecret, SessionsService } from './sessions.service.js';
import type { TokenKeys } from './token-keys.js';

@Global()
@Module({})
export class AuthModule {
  static with(tokenKeys: TokenKeys): DynamicModule {
    return {
      module: AuthModule,
      providers: [
        AuthResolver,
        AccountsService,
        SessionsService,
        DevicesService,
        AuthDb,
        { provide: AccessTokens, inject: [CONFIG], useFactory: (config: Config) => new AccessTokens(tokenKeys, config) },
        { provide: RefreshSecret, inject: [KeyEncryptionKeys], useFactory: (keks: KeyEncryptionKeys) => new RefreshSecret(keks.derive('refresh token successors', 32)) },
        { provide: Authenticator, useClass: RequestAuthenticator },
      ],
      exports: [Authenticator],
    };
  }
}
