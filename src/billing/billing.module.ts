import { Module } from '@nestjs/common';
import { AppointmentsModule } from '../appointments/appointments.module.js';
import { PatientsModule } from '../patients/patients.module.js';
import { MoneyResolver } from '../platform/money/money.resolver.js';
import { TenantsModule } from '../tenants/tenants.module.js';

/** Fees, invoices, payments, and the books that they are kept in. */
@Module({ imports: [TenantsModule, PatientsModule, AppointmentsModule], providers: [MoneyResolver] })
export class BillingModule {}
