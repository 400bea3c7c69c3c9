import { Global, Module } from '@nestjs/common';
import { AuditTrail } from '../platform/context/audit-trail.js';
import { TenantDb } from '../platform/database/tenant-db.js';
import { AuditExportsController } from './audit-exports.controller.js';
import { AuditExportsResolver } from './audit-exports.resolver.js';
import { AuditExportsService } from './audit-exports.service.js';
import { AuditSummaryReader } from './audit-summary.reader.js';
import { AuditWriter } from './audit-writer.js';
import { AuditReader } from './audit.reader.js';
import { AuditResolver } from './audit.resolver.js';
import { IncidentReader } from './incident.reader.js';
import { IncidentResolver } from './incident.resolver.js';
import { PartitionKeeper } from './partition-keeper.js';
import { PatientAccessReader } from './patient-access.reader.js';
import { SavedFiltersResolver } from './saved-filters.resolver.js';
import { SavedFiltersService } from './saved-filters.service.js';

/** Gives everybody the audited door to tenants' data, and compliance officers the trail. */
@Global()
@Module({
  controllers: [AuditExportsController],
  providers: [
    { provide: AuditTrail, useClass: AuditWriter }, TenantDb, PartitionKeeper,
    AuditResolver, AuditReader, AuditSummaryReader, AuditExportsResolver, AuditExportsService, SavedFiltersResolver, SavedFiltersService,
    PatientAccessReader, IncidentResolver, IncidentReader,
  ],
  exports: [AuditTrail, TenantDb, PatientAccessReader, IncidentReader],
})
export class AuditModule {}
