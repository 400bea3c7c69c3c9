import { Global, Module } from '@nestjs/common';
import { AuditTrail } from '../platform/context/audit-trail.js';
import { TenantDb } from '../platform/database/tenant-db.js';
import { AuditWriter } from './audit-writer.js';
import { AuditReader } from './audit.reader.js';
import { AuditResolver } from './audit.resolver.js';
import { PartitionKeeper } from './partition-keeper.js';

/** Gives everybody the audited door to tenants' data, and compliance officers the trail. */
@Global()
@Module({
  providers: [{ provide: AuditTrail, useClass: AuditWriter }, TenantDb, AuditReader, AuditResolver, PartitionKeeper],
  exports: [AuditTrail, TenantDb],
})
export class AuditModule {}
