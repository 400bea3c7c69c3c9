import { Args, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { Appointment } from '../../appointments/appointment.model.js';
import { Can } from '../../platform/access/can.decorator.js';
import { Classified } from '../../platform/access/classification.js';
import type { Ctx } from '../../platform/context/ctx.js';
import { CurrentCtx } from '../../platform/context/request-context.js';
import type { Page } from '../../platform/graphql/connection.js';
import { listOf } from '../../platform/graphql/cost.js';
import { DeskInvoicesReader } from './desk-invoices.reader.js';
import { InvoiceDraftsArgs } from './invoice.inputs.js';
import { Invoice, InvoiceConnection } from './invoice.model.js';

@Resolver(() => Appointment)
export class VisitInvoicesResolver {
  constructor(private readonly reader: DeskInvoicesReader) {}

  @ResolveField(() => [Invoice], { nullable: true, complexity: listOf(2), description: 'The invoices of the visit that are drafts or in force, the first begun first; what was discarded or taken back whole is none of them. Needs payments:take in its chamber; without it this field alone is null, with an error FORBIDDEN.' })
  @Can('payments:take')
  @Classified('billing')
  invoices(@CurrentCtx() ctx: Ctx, @Parent() { id }: Appointment): Promise<Invoice[]> {
    return this.reader.ofVisit(ctx, id);
  }
}

@Resolver()
export class InvoiceDraftsResolver {
  constructor(private readonly reader: DeskInvoicesReader) {}

  @Query(() => InvoiceConnection, { description: 'The drafts of a chamber, whoever began them, the first begun first; with `needsApproval` those whose discount somebody must approve. Needs payments:take in it. Errors: NOT_FOUND, FORBIDDEN.' })
  @Can('payments:take')
  invoiceDrafts(@CurrentCtx() ctx: Ctx, @Args() args: InvoiceDraftsArgs): Promise<Page<Invoice>> {
    return this.reader.drafts(ctx, args);
  }
}
