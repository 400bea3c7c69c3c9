import { Inject, Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import type { Config } from '../../../config.js';
import type { Ctx } from '../../../platform/context/ctx.js';
import { Keyring } from '../../../platform/crypto/keyring.js';
import type { Row, Statement } from '../../../platform/database/statement-group.js';
import { TenantDb } from '../../../platform/database/tenant-db.js';
import { forbidden, notFound, staleVersion } from '../../../platform/errors.js';
import { InputCheck } from '../../../platform/input-check.js';
import { Currency } from '../../../platform/money/currency.js';
import { CONFIG } from '../../../platform/platform.module.js';
import type { BkashCredentials } from '../gateways/bkash/bkash-api.js';
import { WalletProvider, WalletSite } from '../gateways/wallet-gateway.js';
import type { BkashAccountInput, WalletAccountShown } from './wallet-account.model.js';
import { walletCurrency } from './wallets.errors.js';

export const WALLET_SETTINGS = 'clinic.wallet_settings';
const ACCOUNTS = `select s.id, s.provider, s.site, s.credentials is not null as open, s.changed_by, s.changed_at from ${WALLET_SETTINGS} s where s.tenant_id = $1 order by s.provider`;
/** Whoever may change it manages the finances of every chamber: all are paid into the same account. */
const RIGHTS = `
select t.currency, not exists (select from clinic.chambers c where c.tenant_id = $1 and c.archived_at is null and not clinic.may_in($1, platform.current_member(), c.id, 'finances:manage')) as may
from clinic.tenants t where t.id = $1`;
const SAVE = `
insert into ${WALLET_SETTINGS} as s (tenant_id, id, provider, site, credentials) values ($1, $2, $3, $4, $5)
on conflict on constraint wallet_settings__pkey do update set site = excluded.site, credentials = excluded.credentials, version = s.version + 1 where s.id = excluded.id
returning s.provider, s.site, s.changed_by, s.changed_at`;

const CREDENTIAL = /^[\x21-\x7e]{1,200}$/;
const parts = ['username', 'password', 'appKey', 'appSecret'] as const;

interface AccountRow {
  id: string;
  provider: WalletProvider;
  site: WalletSite;
  open: boolean;
  changed_by: string;
  changed_at: Date;
}

/** The accounts of a practice at providers of wallets. Credentials are taken in, and never given out. */
@Injectable()
export class WalletAccountsService {
  constructor(
    private readonly db: TenantDb,
    private readonly keyring: Keyring,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** The providers that the practice has an account at, by name. */
  async list(ctx: Ctx): Promise<WalletAccountShown[]> {
    const [rows] = await this.db.read(ctx, { text: ACCOUNTS, values: [ctx.tenantId] });
    ctx.disclose('wallet-settings', ctx.tenantId);
    return (rows as unknown as AccountRow[]).filter(({ open }) => open).map(toShown);
  }

  /** Has the practice paid by bKash from now on, or with other credentials; FORBIDDEN, CONFLICT (WALLET_CURRENCY), BAD_USER_INPUT (all faults at once). */
  setBkash(ctx: Ctx, input: BkashAccountInput): Promise<WalletAccountShown> {
    const check = new InputCheck();
    for (const part of parts) if (!CREDENTIAL.test(input[part])) check.blame([part], 'WRONG_FORMAT');
    if (this.config.wallets.bkash[input.site] === undefined) check.blame(['site'], 'NOT_USED_HERE');
    check.throwIfAny();
    const { username, password, appKey, appSecret } = input;
    return this.#save(ctx, WalletProvider.BKASH, input.site, { username, password, appKey, appSecret });
  }

  /** Has the practice paid by a provider no longer; NOT_FOUND when it was not. What was begun there cannot be finished. */
  async remove(ctx: Ctx, provider: WalletProvider): Promise<boolean> {
    await this.#save(ctx, provider, WalletSite.LIVE, null);
    return true;
  }

  #save(ctx: Ctx, provider: WalletProvider, site: WalletSite, credentials: BkashCredentials | null): Promise<WalletAccountShown> {
    const { tenantId } = ctx;
    const before: Statement = { text: `${ACCOUNTS} for update`, values: [tenantId] };
    return this.db.write(ctx, async (tx, [rights, rows]) => {
      if (!rights![0]!['may']) throw forbidden('finances:manage');
      if (rights![0]!['currency'] !== Currency.BDT) throw walletCurrency(Currency.BDT);
      const row = accountIn(rows!, provider);
      if (!credentials && !row?.open) throw notFound();
      const id = row?.id ?? uuidv7();
      const [saved] = await tx.query<AccountRow & Row>(SAVE, [tenantId, id, provider, site, credentials && (await this.keyring.of(tenantId)).seal(WALLET_SETTINGS, id, 'credentials', credentials)]);
      // Somebody else was the first to set anything, at the same moment.
      if (!saved) throw staleVersion();
      tx.record('wallet-settings', tenantId);
      tx.change('wallet-settings', tenantId, provider, row?.open ? row.site : null, credentials && site);
      return toShown(saved);
    }, { text: RIGHTS, values: [tenantId] }, before);
  }
}

const accountIn = (rows: Row[], provider: WalletProvider): AccountRow | undefined => (rows as unknown as AccountRow[]).find((row) => row.provider === provider);

const toShown = ({ provider, site, changed_by: changedBy, changed_at: changedAt }: AccountRow): WalletAccountShown => ({ provider, site, changedBy: { id: changedBy }, changedAt });
