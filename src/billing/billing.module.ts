import { Module } from '@nestjs/common';
import { AppointmentsModule } from '../appointments/appointments.module.js';
import { DocumentsModule } from '../documents/documents.module.js';
import { PatientsModule } from '../patients/patients.module.js';
import { MoneyResolver } from '../platform/money/money.resolver.js';
import { TenantsModule } from '../tenants/tenants.module.js';
import { DaysResolver } from './days/days.resolver.js';
import { DaysService } from './days/days.service.js';
import { DrawerClosing } from './drawers/drawer-closing.service.js';
import { DrawersReader } from './drawers/drawers.reader.js';
import { DepositPolicies } from './deposits/deposit-policies.service.js';
import { DepositsReader } from './deposits/deposits.reader.js';
import { DepositsResolver, TakenDepositResolver } from './deposits/deposits.resolver.js';
import { DepositsService } from './deposits/deposits.service.js';
import { DrawersResolver } from './drawers/drawers.resolver.js';
import { DrawersService } from './drawers/drawers.service.js';
import { ExpenseCategories } from './expenses/expense-categories.service.js';
import { ReceiptsController } from './expenses/receipts.controller.js';
import { ReceiptsService } from './expenses/receipts.service.js';
import { ExpensesResolver } from './expenses/expenses.resolver.js';
import { ExpensesService } from './expenses/expenses.service.js';
import { FeesReader } from './fees/fees.reader.js';
import { AppointmentFeeResolver, FeeDetailsResolver, FeesResolver } from './fees/fees.resolver.js';
import { FeesService } from './fees/fees.service.js';
import { CreditNotes } from './invoices/credit-notes.service.js';
import { DeskInvoicesReader } from './invoices/desk-invoices.reader.js';
import { InvoiceDraftsResolver, VisitInvoicesResolver } from './invoices/desk-invoices.resolver.js';
import { InvoiceDrafts } from './invoices/invoice-drafts.service.js';
import { InvoicesReader } from './invoices/invoices.reader.js';
import { InvoicesResolver, PatientInvoicesResolver } from './invoices/invoices.resolver.js';
import { IssuingService } from './invoices/issuing.service.js';
import { LedgerReader } from './ledger/ledger.reader.js';
import { LedgerResolver } from './ledger/ledger.resolver.js';
import { MovesResolver } from './moves/moves.resolver.js';
import { MovesService } from './moves/moves.service.js';
import { PaymentsReader } from './payments/payments.reader.js';
import { PatientPaymentsResolver, PaymentsResolver } from './payments/payments.resolver.js';
import { PaymentsService } from './payments/payments.service.js';
import { WalletsModule } from './payments/wallets/wallets.module.js';
import { OpenRefundsReader } from './refunds/open-refunds.reader.js';
import { RefundsResolver } from './refunds/refunds.resolver.js';
import { RefundsService } from './refunds/refunds.service.js';
import { BillingPapersController } from './papers/papers.controller.js';
import { BillingPapers } from './papers/papers.service.js';
import { BillingSettingsResolver } from './settings/billing-settings.resolver.js';
import { BillingSettingsService } from './settings/billing-settings.service.js';
import { ListingsReader } from './reports/listings.reader.js';
import { ReportsReader } from './reports/reports.reader.js';
import { ReportsResolver } from './reports/reports.resolver.js';
import { PayoutsService } from './shares/payouts.service.js';
import { ShareRulesService } from './shares/share-rules.service.js';
import { ShareRulesResolver, StatementsResolver } from './shares/shares.resolver.js';
import { StatementsReader } from './shares/statements.reader.js';

/** Fees, invoices, payments, and the books that they are kept in. */
@Module({
  imports: [TenantsModule, DocumentsModule, PatientsModule, AppointmentsModule, WalletsModule],
  controllers: [ReceiptsController, BillingPapersController],
  providers: [
    MoneyResolver, BillingSettingsResolver, BillingSettingsService, FeesReader, FeesService, FeesResolver, AppointmentFeeResolver, FeeDetailsResolver,
    InvoicesReader, InvoiceDrafts, IssuingService, CreditNotes, InvoicesResolver, PatientInvoicesResolver, PaymentsReader, PaymentsService, PaymentsResolver, PatientPaymentsResolver,
    DeskInvoicesReader, VisitInvoicesResolver, InvoiceDraftsResolver, RefundsService, OpenRefundsReader, RefundsResolver, DrawersService, DrawersReader, DrawerClosing, DrawersResolver, DaysService, DaysResolver, MovesService, MovesResolver, ExpenseCategories, ExpensesService, ReceiptsService, ExpensesResolver, LedgerReader, LedgerResolver, BillingPapers,
    ReportsReader, ListingsReader, ReportsResolver,
    ShareRulesService, ShareRulesResolver, PayoutsService, StatementsReader, StatementsResolver,
    DepositPolicies, DepositsReader, DepositsService, DepositsResolver, TakenDepositResolver,
  ],
})
export class BillingModule {}
