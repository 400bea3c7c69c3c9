import type { Statement } from '../database/statement-group.js';
import type { Ctx, RecordRef } from './ctx.js';

/** What was done, in the words of the audit trail. */
export const auditActions = [
  'VIEWED', 'CREATED', 'UPDATED', 'ARCHIVED', 'RESTORED', 'DELETED', 'EXPORTED', 'PRINTED', 'MERGED', 'MERGE_UNDONE',
  'GRANTED', 'REVOKED', 'INVITED', 'DEACTIVATED', 'REACTIVATED',
  'SIGNED_IN', 'SIGNED_OUT', 'REFRESHED', 'SWITCHED', 'SESSION_ENDED', 'JOINED', 'PASSWORD_CHANGED', 'RESET_REQUESTED', 'CHALLENGED', 'STEPPED_UP',
  'EMERGENCY_BEGUN', 'EMERGENCY_ENDED',
  'REFUSED',
] as const;
export type AuditAction = (typeof auditActions)[number];

export const auditOutcomes = ['SUCCESS', 'DENIED', 'FAILED'] as const;
export type AuditOutcome = (typeof auditOutcomes)[number];

/** One changed field of one record, before and after. */
export interface Change {
  type: string;
  id: string;
  field: string;
  before: unknown;
  after: unknown;
}

/** What one entry of the audit trail says besides what the context knows. */
export interface AuditFact {
  action: AuditAction;
  outcome: AuditOutcome;
  errorCode?: string | undefined;
  /** The permission that was missing, when denied. */
  permission?: string | undefined;
  records: RecordRef[];
  changes?: Change[];
  reason?: string | undefined;
  /** The tenant, when the context does not know it (sign-in). */
  tenantId?: string | undefined;
  /** The person, when the context does not know them (sign-in). */
  actor?: { userId: string; memberId?: string; name?: string; roles?: string; sessionId?: string } | undefined;
}

/** Writes audit entries. The one implementation is in `audit/`; the road only knows this. */
export abstract class AuditTrail {
  /** The statements that insert these entries of one operation, for the caller's own transaction. */
  abstract statements(ctx: Ctx, facts: AuditFact[]): Promise<Statement[]>;

  /** Resolves when all these entries are durable; rejects when any is not. */
  abstract append(entries: ReadonlyArray<{ ctx: Ctx; fact: AuditFact }>): Promise<void>;
}
