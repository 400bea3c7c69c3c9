import { Injectable } from '@nestjs/common';
import { idOf } from '../../platform/client-id.js';
import type { Ctx } from '../../platform/context/ctx.js';
import { Keyring } from '../../platform/crypto/keyring.js';
import { sqlState } from '../../platform/database/database-errors.js';
import type { Row, Statement } from '../../platform/database/statement-group.js';
import { TenantDb } from '../../platform/database/tenant-db.js';
import { notFound } from '../../platform/errors.js';
import { InputCheck } from '../../platform/input-check.js';
import { amountIn, moneyOf } from '../../platform/money/money.model.js';
import { askedBefore, madeBefore, onceOf, useUp } from '../../platform/once.js';
import { moreThanThereIs, refusalOf } from '../billing.errors.js';
import { askDesk, deskIn } from '../desk.js';
import { type DoctorPayout, LONGEST_REFERENCE, type PayDoctorInput, type PayoutSource } from './payout.model.js';

const PERMISSION = 'finances:manage';

const PAYABLE = `(select coalesce(-sum(l.amount), 0) from clinic.ledger_lines l where l.tenant_id = $1 and l.doctor_id = m.id and l.chamber_id = $3 and l.account = 'DOCTOR_PAYABLE')::bigint`;

/** Asks what is payable to a member in a chamber: a row of `payable`. */
const askPayable = (tenantId: string, doctorId: string, chamberId: string): Statement =>
  ({ text: `select ${PAYABLE} as payable from clinic.members m where m.tenant_id = $1 and m.id = $2`, values: [tenantId, doctorId, chamberId] });

const payoutById = (tenantId: string, id: string, chamberId: string): Statement => ({
  text: `
select p.id, p.chamber_id, p.doctor_id, p.source, p.reference, p.amount, t.currency, p.local_date::text as local_date, p.paid_by, p.paid_at, ${PAYABLE} as payable
from clinic.doctor_payouts p join clinic.members m on m.tenant_id = p.tenant_id and m.id = p.doctor_id join clinic.tenants t on t.id = p.tenant_id where p.tenant_id = $1 and p.id = $2`,
  values: [tenantId, id, chamberId],
});

/** Pays doctors what they have earned. The database keeps it within what is payable, and posts it. */
@Injectable()
export class PayoutsService {
  constructor(
    private readonly db: TenantDb,
    private readonly keyring: Keyring,
  ) {}

  /** Pays a doctor, once under an idempotency key. NOT_FOUND, FORBIDDEN, BAD_USER_INPUT, CONFLICT (the key, MORE_THAN_THERE_IS, BOOKS_CLOSED). Three round trips. */
  pay(ctx: Ctx, input: PayDoctorInput): Promise<DoctorPayout> {
    const { tenantId } = ctx;
    const { chamberId, doctorId, source } = input;
    const id = idOf(null);
    return this.db.write(ctx, async (tx, [desks, payables, asked]) => {
      const desk = deskIn(desks!, PERMISSION, ['input', 'chamberId']);
      if (!payables!.length) throw notFound(['input', 'doctorId']);
      const once = onceOf(await this.keyring.of(tenantId), 'payDoctor', input);
      const before = madeBefore(once, asked!);
      if (before) ctx.action = 'VIEWED';
      else {
        const check = new InputCheck();
        const amount = amountIn(check, ['amount'], input.amount, desk.currency);
        const reference = check.line(['reference'], input.reference, LONGEST_REFERENCE);
        check.throwIfAny();
        const payable = BigInt(payables![0]!['payable'] as string);
        if (amount! > payable) throw moreThanThereIs(payable);
        await tx.group({
          text: 'insert into clinic.doctor_payouts (tenant_id, id, chamber_id, doctor_id, source, reference, amount) values ($1, $2, $3, $4, $5, $6, $7)',
          values: [tenantId, id, chamberId, doctorId, source, reference, amount],
        }).catch(refused);
        await useUp(tx, tenantId, once, id);
        tx.change('doctor-payout', id, 'amount', null, String(amount));
      }
      tx.record('doctor-payout', before ?? id);
      return toPayout((await tx.group(payoutById(tenantId, before ?? id, chamberId)))[0]![0]!);
    }, askDesk(tenantId, chamberId, PERMISSION), askPayable(tenantId, doctorId, chamberId), askedBefore(tenantId, input.idempotencyKey));
  }
}

// Another payout was faster.
function refused(error: unknown): never {
  throw sqlState(error) === 'SK092' ? moreThanThereIs(0n) : refusalOf(error, PERMISSION);
}

const toPayout = (row: Row): DoctorPayout => ({
  id: row['id'] as string, chamberId: row['chamber_id'] as string, doctor: { id: row['doctor_id'] as string }, source: row['source'] as PayoutSource, reference: row['reference'] as string | null,
  amount: moneyOf(row['amount'], row['currency']), left: moneyOf(row['payable'], row['currency']), on: row['local_date'] as string, paidBy: { id: row['paid_by'] as string }, paidAt: row['paid_at'] as Date,
});
