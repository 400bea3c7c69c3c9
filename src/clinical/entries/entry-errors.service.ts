import { Injectable } from '@nestjs/common';
import type { Ctx } from '../../platform/context/ctx.js';
import { Keyring } from '../../platform/crypto/keyring.js';
import { TenantDb } from '../../platform/database/tenant-db.js';
import { statedReason } from '../../platform/input-check.js';
import { changeable, mustSeeClinical } from './entry.errors.js';
import type { Entry, EntryRow, EntryTable } from './entry-table.js';

/** Marks clinical entries as entered in error: the entry stays, with who, when and why. */
@Injectable()
export class EntryErrors {
  constructor(
    private readonly db: TenantDb,
    private readonly keyring: Keyring,
  ) {}

  /** Marks one entry; NOT_FOUND, CONFLICT (another version, or marked already), BAD_USER_INPUT. */
  async mark<Content extends object, R extends EntryRow>(ctx: Ctx, table: EntryTable<Content, R>, id: string, version: number, reason: string): Promise<Entry<Content, R>> {
    const stated = statedReason(reason);
    return this.db.write(ctx, async (tx, [found]) => {
      mustSeeClinical(ctx);
      const row = changeable(table.rows(found)[0], version);
      const keys = await this.keyring.of(ctx.tenantId, table.sealedIn([row]));
      const [marked] = table.rows((await tx.group(table.markInError(ctx.tenantId, keys, id, stated)))[0]);
      tx.reason = stated;
      tx.record(table.recordType, id, row.patient_id);
      tx.change(table.recordType, id, 'status', row.status, marked!.status);
      return table.open(keys, marked!);
    }, table.lock(ctx.tenantId, id));
  }
}
