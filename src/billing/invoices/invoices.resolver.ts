import { Args, Int, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { Patient, toPatient } from '../../patients/patient.model.js';
import { PatientsReader } from '../../patients/patients.reader.js';
import { Can } from '../../platform/access/can.decorator.js';
import { Classified } from '../../platform/access/classification.js';
import type { Ctx } from '../../platform/context/ctx.js';
import { CurrentCtx } from '../../platform/context/request-context.js';
import { type Page, pageOf } from '../../platform/graphql/connection.js';
import { UuidScalar } from '../../platform/graphql/scalars.js';
import { moneyOf } from '../../platform/money/money.model.js';
import { Allocation } from '../payments/payment.model.js';
import { PaymentsReader } from '../payments/payments.reader.js';
import { CreditNotes } from './credit-notes.service.js';
import { InvoiceDrafts } from './invoice-drafts.service.js';
import { CreditInvoiceInput, DraftInvoiceInput, EditInvoiceInput, PatientInvoicesArgs } from './invoice.inputs.js';
import { Invoice, InvoiceConnection, InvoiceLine, toInvoice, toLine } from './invoice.model.js';
import { InvoicesReader } from './invoices.reader.js';
import { IssuingService } from './issuing.service.js';

const ID = { type: () => UuidScalar, description: 'Id of the invoice.' };
const VERSION = { type: () => Int, description: 'The `version` that was read; another one answers CONFLICT.' };

@Resolver(() => Patient)
export class PatientInvoicesResolver {
  constructor(private readonly reader: InvoicesReader) {}

  @ResolveField(() => InvoiceConnection, { nullable: true, description: 'The invoices and credit notes of chambers where the caller holds payments:take, those begun last first. Needs payments:take; without it this field alone is null, with an error FORBIDDEN, and the rest is answered.' })
  @Can('payments:take')
  @Classified('billing')
  async invoices(@CurrentCtx() ctx: Ctx, @Parent() { id }: Patient, @Args() args: PatientInvoicesArgs): Promise<Page<Invoice>> {
    const records = await this.reader.page(ctx, id, args);
    return pageOf(records.map(toInvoice), args, () => this.reader.count(ctx, id, args));
  }
}

@Resolver(() => Invoice)
export class InvoicesResolver {
  constructor(
    private readonly reader: InvoicesReader,
    private readonly payments: PaymentsReader,
    private readonly patients: PatientsReader,
    private readonly drafts: InvoiceDrafts,
    private readonly issuing: IssuingService,
    private readonly creditNoteService: CreditNotes,
  ) {}

  @Query(() => Invoice, { description: 'One invoice or credit note. Needs payments:take in its chamber. Errors: NOT_FOUND, FORBIDDEN.' })
  @Can('payments:take')
  async invoice(@CurrentCtx() ctx: Ctx, @Args('id', ID) id: string): Promise<Invoice> {
    return toInvoice(await this.reader.get(ctx, id));
  }

  @ResolveField(() => [InvoiceLine], { description: 'The lines, in their order. Needs payments:take.' })
  @Can('payments:take')
  @Classified('billing')
  async lines(@CurrentCtx() ctx: Ctx, @Parent() { id, total }: Invoice): Promise<InvoiceLine[]> {
    return (await this.reader.lines(ctx, id)).map((line) => toLine(total.currency, line));
  }

  @ResolveField(() => [Allocation], { description: 'What pays it, the first first. Needs payments:take.' })
  @Can('payments:take')
  @Classified('billing')
  async allocations(@CurrentCtx() ctx: Ctx, @Parent() { id, total }: Invoice): Promise<Allocation[]> {
    return (await this.payments.paying(ctx, id)).map((one) => ({ ...one, amount: moneyOf(one.amount, total.currency) }));
  }

  @ResolveField(() => [Invoice], { description: 'The credit notes that take it back, the first first. Needs payments:take.' })
  @Can('payments:take')
  @Classified('billing')
  async creditNotes(@CurrentCtx() ctx: Ctx, @Parent() { id }: Invoice): Promise<Invoice[]> {
    return (await this.reader.creditNotes(ctx, id)).map(toInvoice);
  }

  @ResolveField(() => Patient, { nullable: true, description: 'The patient. Needs patients:read; without it this field alone is null, with an error FORBIDDEN.' })
  @Can('patients:read')
  @Classified('patient')
  async patient(@CurrentCtx() ctx: Ctx, @Parent() { patientId }: Invoice): Promise<Patient | null> {
    const record = await this.patients.ifThere(ctx, patientId);
    return record ? toPatient(ctx, record) : null;
  }

  @Mutation(() => Invoice, { description: 'Begins an invoice, as a draft; the database reckons what it comes to. Needs payments:take in its chamber. Errors: NOT_FOUND, FORBIDDEN, BAD_USER_INPUT (all faults at once), ALREADY_EXISTS (the id is taken), CONFLICT (KEY_USED, FEE_CHANGED).' })
  @Can('payments:take', 'CREATED')
  async draftInvoice(@CurrentCtx() ctx: Ctx, @Args('input', { description: 'The invoice.' }) input: DraftInvoiceInput): Promise<Invoice> {
    return toInvoice(await this.drafts.draft(ctx, input));
  }

  @Mutation(() => Invoice, { description: 'Writes a draft anew, as a whole: what is left out is not in it any more, and an approval of its discount is gone. Needs payments:take in its chamber. Errors: NOT_FOUND, FORBIDDEN, BAD_USER_INPUT (all faults at once), CONFLICT (STALE_VERSION, INVOICE_STATUS, FEE_CHANGED).' })
  @Can('payments:take', 'UPDATED')
  async editInvoice(@CurrentCtx() ctx: Ctx, @Args('input', { description: 'What it is to say.' }) input: EditInvoiceInput): Promise<Invoice> {
    return toInvoice(await this.drafts.edit(ctx, input));
  }

  @Mutation(() => Invoice, { description: 'Gives a draft up, for good. Needs payments:take in its chamber. Errors: NOT_FOUND, FORBIDDEN, CONFLICT (STALE_VERSION, INVOICE_STATUS).' })
  @Can('payments:take', 'UPDATED')
  async discardInvoice(@CurrentCtx() ctx: Ctx, @Args('id', ID) id: string, @Args('version', VERSION) version: number): Promise<Invoice> {
    return toInvoice(await this.drafts.discard(ctx, id, version));
  }

  @Mutation(() => Invoice, { description: 'Approves the discount of a draft that somebody else wrote; approved by the caller already, it is answered as it is. Needs finances:manage in its chamber. Errors: NOT_FOUND, FORBIDDEN, CONFLICT (STALE_VERSION, INVOICE_STATUS, OWN_APPROVAL).' })
  @Can('finances:manage', 'UPDATED')
  async approveDiscount(@CurrentCtx() ctx: Ctx, @Args('id', ID) id: string, @Args('version', VERSION) version: number): Promise<Invoice> {
    return toInvoice(await this.issuing.approve(ctx, id, version));
  }

  @Mutation(() => Invoice, { description: 'Issues a draft: it gets the next number of its chamber and fiscal year, is posted to the books, and never changes from then on. Sent again with the same version, it is answered as it is. Needs payments:take in its chamber. Errors: NOT_FOUND, FORBIDDEN, CONFLICT (STALE_VERSION, INVOICE_STATUS, APPROVAL_NEEDED, BILLED_ALREADY, FEE_CHANGED, BOOKS_CLOSED).' })
  @Can('payments:take', 'UPDATED')
  async issueInvoice(@CurrentCtx() ctx: Ctx, @Args('id', ID) id: string, @Args('version', VERSION) version: number): Promise<Invoice> {
    return toInvoice(await this.issuing.issue(ctx, id, version));
  }

  @Mutation(() => Invoice, { description: 'Issues a credit note that takes an issued invoice back, in whole or in part; an invoice that is taken back whole is VOID and keeps its number. What was paid beyond the rest is an advance again. What is claimed of a payer is not credited: a claim that was never sent is discarded first. Answers with the credit note. Needs finances:manage in its chamber. Errors: NOT_FOUND, FORBIDDEN, BAD_USER_INPUT, CONFLICT (INVOICE_STATUS, MORE_THAN_THERE_IS with what can be credited as `left`, BOOKS_CLOSED, KEY_USED).' })
  @Can('finances:manage', 'CREATED')
  async creditInvoice(@CurrentCtx() ctx: Ctx, @Args('input', { description: 'What is taken back, and why.' }) input: CreditInvoiceInput): Promise<Invoice> {
    return toInvoice(await this.creditNoteService.credit(ctx, input));
  }
}
