import { Global, Module } from '@nestjs/common';
import { AuditTrail } from '../platform/context/audit-trail.js';
import { TenantDb } from '../platform/database/tenant-db.js';
import { AuditWriter } from './audit-writer.js';

/** Gives everybody the audited door to tenants' data. */
@Global()
@Module({
  providers: [{ provide: AuditTrail, useClass: AuditWriter }, TenantDb],
  exports: [AuditTrail, TenantDb],
})
export class AuditModule {}
