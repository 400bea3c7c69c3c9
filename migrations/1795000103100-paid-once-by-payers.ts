import type { MigrationInterface, QueryRunner } from 'typeorm';
import { changeFunction, undone } from './changed-function.js';

const settling = [[`  update clinic.claim_lines l set paid = l.paid + n.paid, denial_code = n.denial
`, `  if exists (
    select from clinic.claim_settlements s join clinic.chambers h on h.tenant_id = s.tenant_id and h.id = c.chamber_id cross join unnest(s.line_nos, s.line_paid) as b (no, paid)
    join unnest(new.line_nos, new.line_paid) as n (no, paid) on n.no = b.no and n.paid > 0
    where s.tenant_id = new.tenant_id and s.claim_id = new.claim_id and s.payment_reference = new.payment_reference and b.paid > 0
      and (s.settled_at at time zone h.time_zone)::date is not distinct from (new.settled_at at time zone h.time_zone)::date) then
    raise exception using errcode = 'SK092', message = 'what this payment paid of a line is in the books already';
  end if;
  update clinic.claim_lines l set paid = l.paid + n.paid, denial_code = n.denial
`]] as const;

/** What one payment of a payer pays of a line is booked once, though the file that told it comes again with another byte in it. */
export class PaidOnceByPayers1795000103100 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(changeFunction('clinic.settle_claim()', settling));
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(changeFunction('clinic.settle_claim()', undone(settling)));
  }
}
