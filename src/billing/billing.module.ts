import { Module } from '@nestjs/common';
import { AppointmentsModule } from '../appointments/appointments.module.js';
import { PatientsModule } from '../patients/patients.module.js';
import { MoneyResolver } from '../platform/money/money.resolver.js';
import { TenantsModule } from '../tenants/tenants.module.js';
import { FeesReader } from './fees/fees.reader.js';
import { AppointmentFeeResolver, FeeDetailsResolver, FeesResolver } from './fees/fees.resolver.js';
import { FeesService } from './fees/fees.service.js';
import { BillingSettingsResolver } from './settings/billing-settings.resolver.js';
import { BillingSettingsService } from './settings/billing-settings.service.js';

/** Fees, invoices, payments, and the books that they are kept in. */
@Module({
  imports: [TenantsModule, PatientsModule, AppointmentsModule],
  providers: [MoneyResolver, BillingSettingsResolver, BillingSettingsService, FeesReader, FeesService, FeesResolver, AppointmentFeeResolver, FeeDetailsResolver],
})
export class BillingModule {}
