import type { Change } from '../platform/context/audit-trail.js';

/** The sealed part of an audit entry. Its JSON, as sealed, is what `payload_hash` commits to. */
export interface AuditPayload {
  actorName: string | null;
  device: string | null;
  /** The permission that was missing, when denied. */
  permission: string | null;
  reason: string | null;
  changes: Change[];
}
