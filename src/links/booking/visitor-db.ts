import { Injectable } from '@nestjs/common';
import { LinkTries } from '../../auth/throttle/link-tries.reader.js';
import { AuditTrail } from '../../platform/context/audit-trail.js';
import type { Ctx } from '../../platform/context/ctx.js';
import { type AuditedTx, runAudited } from '../../platform/database/audited-tx.js';
import { Databases, withClient } from '../../platform/database/databases.js';
import { runGroup } from '../../platform/database/statement-group.js';
import { notFound } from '../../platform/errors.js';
import { type LinkSecret, readLinkSecret } from '../link-secret.js';

/**
 * The only door to what people do who book online. By the role that checks credentials: it can call one function for each
 * thing, with the secret, and read nothing of any practice. Whatever is wrong with a secret, it answers NOT_FOUND.
 */
@Injectable()
export class VisitorDb {
  constructor(
    private readonly databases: Databases,
    private readonly trail: AuditTrail,
    private readonly tries: LinkTries,
  ) {}

  /** The rows that a function gives for a secret, by its call with $1 practice, $2 secret and $3 and on the others; the entry is then about that practice. NOT_FOUND when there are none, THROTTLED. */
  async open<T extends object>(ctx: Ctx, text: string, call: string, ...others: unknown[]): Promise<{ link: LinkSecret; rows: T[] }> {
    const opened = await this.tries.attempt(ctx, async () => {
      const link = readLinkSecret(text);
      const rows = link ? await this.ask<T>(link, call, ...others) : [];
      if (!link || !rows.length) throw notFound();
      return { link, rows };
    });
    ctx.concerned = [{ tenantId: opened.link.tenantId }];
    return opened;
  }

  /** The rows that a function gives for a secret that was opened before. What it changes stays however the operation ends. */
  async ask<T extends object>({ tenantId, secret }: LinkSecret, call: string, ...others: unknown[]): Promise<T[]> {
    const [rows] = await withClient(this.databases.auth, (client) => runGroup(client, [{ text: call, values: [tenantId, secret, ...others] }]));
    return rows as T[];
  }

  /** Runs `work` in a transaction that commits together with its entry in the trail of the practice. */
  write<T>(ctx: Ctx, work: (tx: AuditedTx) => Promise<T>): Promise<T> {
    const { auth: pool, authSource: source } = this.databases;
    return runAudited({ pool, source, trail: this.trail, opening: [], opened: async () => undefined }, ctx, work);
  }
}
