import { Injectable } from '@nestjs/common';
import { LinkTries } from '../auth/throttle/link-tries.reader.js';
import type { Ctx } from '../platform/context/ctx.js';
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
  ) {}

  /** What `read` finds for a link, and in whose practice, which the entry is then about; NOT_FOUND, whatever is wrong with the link, THROTTLED. */
  async open<T>(ctx: Ctx, text: string, read: (link: LinkSecret) => Promise<T | undefined>): Promise<{ tenantId: string; found: T }> {
    const opened = await this.tries.attempt(ctx, async () => {
      const link = readLinkSecret(text);
      const found = link && (await read(link));
      if (!found) throw notFound();
      return { tenantId: link.tenantId, found };
    });
    ctx.concerned = [{ tenantId: opened.tenantId }];
    return opened;
  }

  /** The rows that a function gives for a link, by its call with $1 practice and $2 secret; undefined when there are none. */
  async ask<T>(call: string, { tenantId, secret }: LinkSecret): Promise<[T, ...T[]] | undefined> {
    const [rows] = await withClient(this.databases.auth, (client) => runGroup(client, [{ text: call, values: [tenantId, secret] }]));
    return rows!.length ? (rows as unknown as [T, ...T[]]) : undefined;
  }

  /** Counts that a link was opened which shows patients, or lets somebody in; THROTTLED when that was too often, from wherever. */
  often(ctx: Ctx, linkId: string): Promise<void> {
    return this.tries.often(ctx, linkId);
  }
}

