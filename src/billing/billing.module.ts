import { Module } from '@nestjs/common';
import { AppointmentsModule } from '../appointments/appointments.module.js';
import { PatientsModule } from '../patients/patients.module.js';
import { MoneyResolver } from '../platform/money/money.resolver.js';
import { TenantsModule } from '../tenants/tenants.module.js';
import { DrawersResolver } from './drawers/drawers.resolver.js';
import { DrawersService } from './drawers/drawers.service.js';
import { FeesReader } from './fees/fees.reader.js';
import { AppointmentFeeResolver, FeeDetailsResolver, FeesResolver } from './fees/fees.resolver.js';
import { FeesService } from './fees/fees.service.js';
import { CreditNotes } from './invoices/credit-notes.service.js';
import { InvoiceDrafts } from './invoices/invoice-drafts.service.js';
import { InvoicesReader } from './invoices/invoices.reader.js';
import { InvoicesResolver, PatientInvoicesResolver } from './invoices/invoices.resolver.js';
import { IssuingService } from './invoices/issuing.service.js';
import { LedgerReader } from './ledger/ledger.reader.js';
import { LedgerResolver } from './ledger/ledger.resolver.js';
import { PaymentsReader } from './payments/payments.reader.js';
import { PatientPaymentsResolver, PaymentsResolver } from './payments/payments.resolver.js';
import { PaymentsService } from './payments/payments.service.js';
import { WalletsModule } from './payments/wallets/wallets.module.js';
import { RefundsResolver } from './refunds/refunds.resolver.js';
import { RefundsService } from './refunds/refunds.service.js';
import { BillingPapersController } from './papers/papers.controller.js';
import { BillingPapers } from './papers/papers.service.js';
import { BillingSettingsResolver } from './settings/billing-settings.resolver.js';
import { BillingSettingsService } from './settings/billing-settings.service.js';

/** Fees, invoices, payments, and the books that they are kept in. */
@Module({
  imports: [TenantsModule, PatientsModule, AppointmentsModule, WalletsModule],
  controllers: [BillingPapersController],
  providers: [
    MoneyResolver, BillingSettingsResolver, BillingSettingsService, FeesReader, FeesService, FeesResolver, AppointmentFeeResolver, FeeDetailsResolver,
    InvoicesReader, InvoiceDrafts, IssuingService, CreditNotes, InvoicesResolver, PatientInvoicesResolver, PaymentsReader, PaymentsService, PaymentsResolver, PatientPaymentsResolver,
    RefundsService, RefundsResolver, DrawersService, DrawersResolver, LedgerReader, LedgerResolver, BillingPapers,
  ],
})
export class BillingModule {}
