import { Injectable } from '@nestjs/common';
import { v4 as uuidv4 } from 'uuid';
import { type AuditFact, AuditTrail } from '../../../platform/context/audit-trail.js';
import { Ctx } from '../../../platform/context/ctx.js';
import { Keyring } from '../../../platform/crypto/keyring.js';
import { Databases, withClient } from '../../../platform/database/databases.js';
import { type AuditedTx, runAudited } from '../../../platform/database/audited-tx.js';
import { sqlState } from '../../../platform/database/database-errors.js';
import { enterToWatch } from '../../../platform/database/enter-to-watch.js';
import { type Row, type Statement, runGroup } from '../../../platform/database/statement-group.js';
import type { WalletAccount, WalletProvider } from '../gateways/wallet-gateway.js';
import { WALLET_SETTINGS } from './wallet-accounts.service.js';
import { type AccountRow, askAccount, only } from './wallet-rows.js';

/** What the database says of a payment or refund that has ended meanwhile. */
const ENDED = 'SK095';

/** What a step of background work changes, for the audit trail. */
export interface StepOf {
  type: 'payment' | 'refund';
  id: string;
  patientId: string | null;
  operation: string;
  before: string;
  after: string;
}

/** Where background work reads what providers are asked about, and writes what they said, each with its entry in the audit trail. */
@Injectable()
export class WalletDesk {
  constructor(
    private readonly databases: Databases,
    private readonly trail: AuditTrail,
    private readonly keyring: Keyring,
  ) {}

  /** The practices that there are. */
  async practices(): Promise<string[]> {
    const [rows] = await withClient(this.databases.jobs, (client) => runGroup(client, [{ text: 'select p as id from platform.practices() p' }]));
    return rows!.map(({ id }) => id as string);
  }

  /** The rows of each statement, in a practice. */
  async run(tenantId: string, ...statements: Statement[]): Promise<Row[][]> {
    const [, ...rows] = await withClient(this.databases.jobs, (client) => runGroup(client, [enterToWatch(tenantId), ...statements]));
    return rows;
  }

  /** The account of a practice at a provider; undefined when it has none. */
  async account(tenantId: string, provider: WalletProvider): Promise<WalletAccount | undefined> {
    const [rows] = await this.run(tenantId, askAccount(tenantId, provider));
    const row = only<AccountRow>(rows);
    if (!row) return undefined;
    const keys = await this.keyring.of(tenantId, [row.credentials]);
    return { tenantId, version: row.version, site: row.site, credentials: keys.open(WALLET_SETTINGS, row.id, 'credentials', row.credentials) };
  }

  /** Takes a step that needs more than one statement, in one transaction with its entry; false when somebody else was faster. */
  async steps(tenantId: string, work: (tx: AuditedTx) => Promise<void>, { type, id, patientId, operation, before, after }: StepOf): Promise<boolean> {
    const ctx = new Ctx({ requestId: uuidv4(), ip: null, device: null }, undefined, null, operation);
    ctx.action = 'UPDATED';
    ctx.concerned = [{ tenantId }];
    const { audit: pool, authSource: source } = this.databases;
    try {
      await runAudited({ pool, source, trail: this.trail, opening: [], opened: () => Promise.resolve() }, ctx, async (tx) => {
        tx.record(type, id, patientId);
        tx.change(type, id, 'status', before, after);
        await work(tx);
      });
      return true;
    } catch (error) {
      if (sqlState(error) === ENDED) return false;
      throw error;
    }
  }

  /** Takes a step in one transaction with its entry; false when somebody else was faster. */
  async step(tenantId: string, statement: Statement, { type, id, patientId, operation, before, after }: StepOf): Promise<boolean> {
    const ctx = new Ctx({ requestId: uuidv4(), ip: null, device: null }, undefined, null, operation);
    const fact: AuditFact = { action: 'UPDATED', outcome: 'SUCCESS', tenantId, records: [{ type, id, patientId: patientId ?? undefined }], changes: [{ type, id, field: 'status', before, after }] };
    const entries = await this.trail.statements(ctx, [fact]);
    try {
      // Outside of BEGIN a group is one transaction: all of it or nothing.
      await withClient(this.databases.audit, (client) => runGroup(client, [statement, ...entries]));
      return true;
    } catch (error) {
      if (sqlState(error) === ENDED) return false;
      throw error;
    }
  }
}
