import { Injectable } from '@nestjs/common';
import type { Ctx } from '../../platform/context/ctx.js';
import { Keyring, type ScopeKeys } from '../../platform/crypto/keyring.js';
import type { AuditedTx } from '../../platform/database/audited-tx.js';
import { constraintOf, sqlState } from '../../platform/database/database-errors.js';
import type { Row } from '../../platform/database/statement-group.js';
import { TenantDb } from '../../platform/database/tenant-db.js';
import { notFound, staleVersion } from '../../platform/errors.js';
import { approvalNeeded, billedAlready, feeChanged, invoiceIs, ownApproval, refusalOf } from '../billing.errors.js';
import { depositsAppliedTo } from '../deposits/deposit-rows.js';
import { DepositStatus } from '../deposits/deposit.model.js';
import { askDeskOfInvoice, deskIn } from '../desk.js';
import { InvoiceStatus } from './invoice.enums.js';
import { type InvoiceRecord, type InvoiceRow, approveDiscount, askBilledBy, invoiceRows, invoicesByIds, issueInvoice, lockInvoices, lockPatientsOf, openInvoice, sealedIn } from './invoice-rows.js';

type DeskPermission = 'payments:take' | 'finances:manage';

/** Issues invoices, and approves their discounts. The database numbers and posts what is issued, and keeps it as it is. Three round trips each. */
@Injectable()
export class IssuingService {
  constructor(
    private readonly db: TenantDb,
    private readonly keyring: Keyring,
  ) {}

  /**
   * Issues a draft: it gets the next number of its chamber and fiscal year. Issued before, it is answered as it is: a retry issues nothing twice.
   * NOT_FOUND, FORBIDDEN, CONFLICT (another version, INVOICE_STATUS, APPROVAL_NEEDED, BILLED_ALREADY, FEE_CHANGED, BOOKS_CLOSED).
   */
  async issue(ctx: Ctx, id: string, version: number): Promise<InvoiceRecord> {
    try {
      return await this.#issue(ctx, id, version);
    } catch (error) {
      // Whoever issued another draft of the visit held another lock: its patient is being merged. Asked again, the database knows that invoice.
      if (constraintOf(error) === 'billed_visits__pkey') return this.#issue(ctx, id, version);
      throw error;
    }
  }

  #issue(ctx: Ctx, id: string, version: number): Promise<InvoiceRecord> {
    return this.#locked(ctx, id, 'payments:take', async (tx, keys, row, billedBy) => {
      if (row.status === InvoiceStatus.ISSUED && row.version === version + 1) {
        ctx.action = 'VIEWED';
        return openInvoice(keys, row);
      }
      mustBeDraft(row, version);
      if (row.needs_approval) throw approvalNeeded();
      if (billedBy) throw billedAlready(billedBy);
      // What is held for the visit pays it with that: it is read again.
      const [, rows, applied] = await tx.group(issueInvoice(ctx.tenantId, id), invoicesByIds(ctx.tenantId, [id]), depositsAppliedTo(ctx.tenantId, id)).catch((error: unknown) => {
        throw sqlState(error) === 'SK092' ? feeChanged() : refusalOf(error, 'payments:take');
      });
      const issued = openInvoice(keys, invoiceRows(rows)[0]!);
      tx.change('invoice', id, 'status', InvoiceStatus.DRAFT, InvoiceStatus.ISSUED);
      tx.change('invoice', id, 'number', null, issued.row.code);
      for (const deposit of applied!) {
        tx.record('deposit', deposit['id'] as string, row.patient_id);
        tx.change('deposit', deposit['id'] as string, 'status', DepositStatus.HELD, DepositStatus.APPLIED);
      }
      return issued;
    });
  }

  /** Approves the discount of a draft that somebody else wrote. Approved before by the caller, it is answered as it is. NOT_FOUND, FORBIDDEN, CONFLICT (another version, INVOICE_STATUS, OWN_APPROVAL). */
  approve(ctx: Ctx, id: string, version: number): Promise<InvoiceRecord> {
    return this.#locked(ctx, id, 'finances:manage', async (tx, keys, row) => {
      if (row.status === InvoiceStatus.DRAFT && row.version === version + 1 && row.discount_approved_by === ctx.member.memberId) {
        ctx.action = 'VIEWED';
        return openInvoice(keys, row);
      }
      mustBeDraft(row, version);
      if (row.updated_by === ctx.member.memberId) throw ownApproval();
      const [rows] = await tx.group(approveDiscount(ctx.tenantId, id));
      tx.change('invoice', id, 'discountApproved', row.discount_approved, row.discount);
      return openInvoice(keys, invoiceRows(rows)[0]!);
    });
  }

  #locked(ctx: Ctx, id: string, permission: DeskPermission, work: (tx: AuditedTx, keys: ScopeKeys, row: InvoiceRow, billedBy: string | undefined) => Promise<InvoiceRecord>): Promise<InvoiceRecord> {
    return this.db.write(ctx, async (tx, [, found, desks, billed]: Row[][]) => {
      const [row] = invoiceRows(found);
      if (!row) throw notFound();
      deskIn(desks!, permission);
      tx.record('invoice', id, row.patient_id);
      return work(tx, await this.keyring.of(ctx.tenantId, sealedIn([row])), row, billed![0]?.['invoice_id'] as string | undefined);
    }, lockPatientsOf(ctx.tenantId, [id]), lockInvoices(ctx.tenantId, [id]), askDeskOfInvoice(ctx.tenantId, id, permission), askBilledBy(ctx.tenantId, id));
  }
}

function mustBeDraft(row: InvoiceRow, version: number): void {
  if (row.version !== version) throw staleVersion();
  if (row.status !== InvoiceStatus.DRAFT) throw invoiceIs(row.status);
}
