import { type Permission, type SelfPermission, isSelfPermission } from '../access/permissions.js';
import { ErrorCode, notSignedIn } from '../errors.js';
import type { AuditAction, AuditFact } from './audit-trail.js';

/** Where a request came from, and its id in logs, errors and audit entries. */
export interface Origin {
  requestId: string;
  ip: string | null;
  device: string | null;
}

/** Who a verified access token speaks for. Whether the session still lives is for the database to say. */
export interface Caller {
  userId: string;
  tenantId: string;
  sessionSecret: Buffer;
  client: 'BROWSER' | 'BEARER';
  /** What the database last said this session may do, by chamber ('' for none). A hint: the database checks each time. */
  lastKnown: Map<string, Entered>;
}

/** What the database said when this caller entered the tenant. */
export interface Entered {
  sessionId: string;
  memberId: string;
  memberName: string;
  isOwner: boolean;
  roles: string;
  permissions: ReadonlySet<string>;
}

/** True when what the database said on entering allows this; owners hold all. */
export const allows = ({ isOwner, permissions }: Entered, permission: Permission | SelfPermission): boolean =>
  isOwner || isSelfPermission(permission) || permissions.has(permission);

/** A record that an operation disclosed or changed, with the patient whose it is. */
export interface RecordRef {
  type: string;
  id: string;
  patientId?: string | undefined;
}

/** Who is asking, for which tenant and chamber, from where, through which root field. One per root field of a request. */
export class Ctx {
  readonly startedAt = performance.now();
  permission: Permission | SelfPermission | undefined;
  /** Whether the caller must have proven who they are in the last five minutes. */
  stepUp = false;
  action: AuditAction = 'VIEWED';
  entered: Entered | undefined;
  /** What the entry of a read or of a failure says besides; a write says it in its transaction. */
  reason: string | undefined;
  /** Set by the audited transaction once it committed with its entry. */
  entryCommitted = false;
  /** Set when a refusal is one of many of which an earlier entry tells; it has none of its own, and is counted in the metrics only. */
  countedOnly = false;
  /** Entries that must be durable before the answer leaves. */
  readonly pending: AuditFact[] = [];
  /** The id of the link by which somebody came who has no account; what it shows is shown so often that only some of it has entries of its own. */
  shownByLink: string | undefined;
  /** The person and the practices that an operation of nobody who is signed in concerns; one entry for each. */
  concerned: Array<Pick<AuditFact, 'tenantId' | 'actor'>> = [];
  readonly #disclosed = new Map<string, RecordRef>();

  constructor(
    readonly origin: Origin,
    readonly caller: Caller | undefined,
    readonly chamberId: string | null,
    readonly operation: string,
  ) {}

  /** A context for the next event of the same subscription: who asks for what is the same, and all that is learned or recorded is its own. */
  forNextEvent(): Ctx {
    const next = new Ctx(this.origin, this.caller, this.chamberId, this.operation);
    next.permission = this.permission;
    next.stepUp = this.stepUp;
    next.action = this.action;
    return next;
  }

  /** The caller; throws UNAUTHENTICATED when there is none. */
  get known(): Caller {
    if (!this.caller) throw notSignedIn();
    return this.caller;
  }

  /** The tenant the caller works in; throws UNAUTHENTICATED when there is no caller. */
  get tenantId(): string {
    return this.known.tenantId;
  }

  /** The member who is asking; only after the tenant was entered. */
  get member(): Entered {
    if (!this.entered) throw new Error('the tenant has not been entered');
    return this.entered;
  }

  /** True when the member held the permission on entering. */
  holds(permission: Permission | SelfPermission): boolean {
    return allows(this.member, permission);
  }

  /** Notes that something was left out of the answer for want of a permission. A list of a hundred is one denial that names a hundred records, or a reader of lists could flood the trail. */
  noteWithheld(permission: Permission | SelfPermission, records: RecordRef[]): void {
    const earlier = this.pending.find(({ outcome, permission: missing }) => outcome === 'DENIED' && missing === permission);
    if (earlier) earlier.records.push(...records);
    else this.pending.push({ action: this.action, outcome: 'DENIED', errorCode: ErrorCode.FORBIDDEN, permission, records });
  }

  /** Notes a record that the answer will show; the audit entry names each once. */
  disclose(type: string, id: string, patientId?: string | null): void {
    this.#disclosed.set(`${type}:${id}`, { type, id, patientId: patientId ?? undefined });
  }

  /** The records disclosed since the last call. */
  takeDisclosed(): RecordRef[] {
    const records = [...this.#disclosed.values()];
    this.#disclosed.clear();
    return records;
  }
}
