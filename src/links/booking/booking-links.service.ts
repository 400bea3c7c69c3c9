import { Inject, Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import type { Config } from '../../config.js';
import type { Ctx } from '../../platform/context/ctx.js';
import { hashOf } from '../../platform/crypto/secrets.js';
import { TenantDb } from '../../platform/database/tenant-db.js';
import { notFound } from '../../platform/errors.js';
import { InputCheck } from '../../platform/input-check.js';
import { CONFIG } from '../../platform/platform.module.js';
import { newLinkSecret } from '../link-secret.js';
import { linkIsEnded } from '../links.errors.js';
import { BOOKING_LINK_COLUMNS, type BookingLinkRow, type CreateBookingLinkInput, LONGEST_LINK_NAME } from './booking-link.model.js';

const ALL = `select ${BOOKING_LINK_COLUMNS} from clinic.booking_links l where l.tenant_id = $1 order by l.ended_at nulls first, l.id`;
const ADD = `insert into clinic.booking_links as l (tenant_id, id, name, secret_hash, created_by) values ($1, $2, $3, $4, $5) returning ${BOOKING_LINK_COLUMNS}`;
const TO_END = `select ${BOOKING_LINK_COLUMNS} from clinic.booking_links l where l.tenant_id = $1 and l.id = $2 for no key update`;
const END = `update clinic.booking_links l set ended_at = now(), ended_by = $3 where l.tenant_id = $1 and l.id = $2 returning ${BOOKING_LINK_COLUMNS}`;

/** Makes and ends the links by which patients book online. The secret leaves once; only its hash is kept. */
@Injectable()
export class BookingLinksService {
  constructor(
    private readonly db: TenantDb,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** The booking links of the practice, the ended ones last. */
  async list(ctx: Ctx): Promise<BookingLinkRow[]> {
    const [rows] = await this.db.read(ctx, { text: ALL, values: [ctx.tenantId] });
    const links = rows as unknown as BookingLinkRow[];
    links.forEach(({ id }) => ctx.disclose('booking-link', id));
    return links;
  }

  /** Makes a link, and gives its address; BAD_USER_INPUT. */
  create(ctx: Ctx, input: CreateBookingLinkInput): Promise<{ row: BookingLinkRow; url: string }> {
    const check = new InputCheck();
    const name = check.line(['name'], input.name, LONGEST_LINK_NAME);
    check.throwIfAny();
    return this.db.write(ctx, async (tx) => {
      const [id, code] = [uuidv7(), newLinkSecret(ctx.tenantId)];
      const [row] = await tx.query<BookingLinkRow>(ADD, [ctx.tenantId, id, name, hashOf(code), ctx.member.memberId]);
      tx.record('booking-link', id);
      tx.change('booking-link', id, 'name', null, name);
      return { row: row!, url: `${this.config.frontendUrl}/book/${code}` };
    });
  }

  /** Ends a link: nobody books by it any more; NOT_FOUND, CONFLICT (ENDED_ALREADY). */
  end(ctx: Ctx, id: string): Promise<BookingLinkRow> {
    return this.db.write(ctx, async (tx, [rows]) => {
      const before = rows![0] as unknown as BookingLinkRow | undefined;
      if (!before) throw notFound();
      if (before.ended_at) throw linkIsEnded();
      const [row] = await tx.query<BookingLinkRow>(END, [ctx.tenantId, id, ctx.member.memberId]);
      tx.record('booking-link', id);
      tx.change('booking-link', id, 'ended', false, true);
      return row!;
    }, { text: TO_END, values: [ctx.tenantId, id] });
  }
}
