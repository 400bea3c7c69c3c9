import { Injectable } from '@nestjs/common';
import { LinkTries } from '../auth/throttle/link-tries.reader.js';
import { AuditTrail } from '../platform/context/audit-trail.js';
import type { Ctx } from '../platform/context/ctx.js';
import { type AuditedTx, runAudited } from '../platform/database/audited-tx.js';
import { Databases, withClient } from '../platform/database/databases.js';
import { runGroup } from '../platform/database/statement-group.js';
import { notFound } from '../platform/errors.js';
import { type LinkSecret, readLinkSecret } from './link-secret.js';

/** The only door to what links open. By the role that checks credentials: it can call one function for each thing that is shown, with the secret, and read nothing of any practice. */
@Injectable()
export class LinkDb {
  constructor(
    private readonly databases: Databases,
    private readonly tries: LinkTries,
    private readonly trail: AuditTrail,
  ) {}

  /** What `read` finds for a link, and in whose practice, which the entry is then about; NOT_FOUND, whatever is wrong with the link, THROTTLED. */
  open<T>(ctx: Ctx, text: string, read: (link: LinkSecret) => Promise<T | undefined>): Promise<{ tenantId: string; found: T }> {
    return this.openByAny(ctx, async () => {
      const link = readLinkSecret(text);
      const found = link && (await read(link));
      return found && { tenantId: link.tenantId, found };
    });
  }

  /** The same by what names no practice: `read` tells whose it is. */
  async openByAny<T extends { tenantId: string }>(ctx: Ctx, read: () => Promise<T | undefined>): Promise<T> {
    const opened = await this.tries.attempt(ctx, async () => {
      const found = await read();
      if (!found) throw notFound();
      return found;
    });
    ctx.concerned = [{ tenantId: opened.tenantId }];
    return opened;
  }

  /** The rows that a function gives for a link, by its call with $1 practice, $2 secret, and the others after them; undefined when there are none. */
  ask<T>(call: string, { tenantId, secret }: LinkSecret, ...others: unknown[]): Promise<[T, ...T[]] | undefined> {
    return this.rows<T>(call, tenantId, secret, ...others);
  }

  /** The rows that a function gives by its call with these values; undefined when there are none. */
  async rows<T>(call: string, ...values: unknown[]): Promise<[T, ...T[]] | undefined> {
    const [rows] = await withClient(this.databases.auth, (client) => runGroup(client, [{ text: call, values }]));
    return rows!.length ? (rows as unknown as [T, ...T[]]) : undefined;
  }

  /** Runs `work` in a transaction that commits together with its entry in the trail of the practice that was opened. */
  write<T>(ctx: Ctx, work: (tx: AuditedTx) => Promise<T>): Promise<T> {
    const { auth: pool, authSource: source } = this.databases;
    return runAudited({ pool, source, trail: this.trail, opening: [], opened: async () => undefined }, ctx, work);
  }

  /** Counts that a link was opened which shows patients, or lets somebody in; THROTTLED when that was too often, from wherever. */
  often(ctx: Ctx, linkId: string): Promise<void> {
    return this.tries.often(ctx, linkId);
  }
}

