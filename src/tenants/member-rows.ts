import type { ScopeKeys } from '../platform/crypto/keyring.js';
import type { Row, Statement } from '../platform/database/statement-group.js';
import { type ChamberRow, CHAMBER_COLUMNS, toChamber } from './chamber.model.js';
import { dayOf, lastDayBefore } from '../platform/local-days.js';
import type { MemberProfile } from './member.entity.js';
import type { Assignment, Member, MemberStatus } from './member.model.js';
import type { Role } from './role.model.js';

interface MemberRow {
  id: string;
  profile: Buffer;
  is_owner: boolean;
  status: MemberStatus;
  deactivated_at: Date | null;
  licence_expires_on: string | null;
  version: number;
  emergency_until: Date | null;
}

interface AssignmentRow extends ChamberRow {
  assignment_id: string;
  member_id: string;
  role: Role;
  valid_from: Date;
  valid_to: Date | null;
  current: boolean;
  permissions: string[];
}

const MEMBERS = 'select m.id, m.profile, m.is_owner, m.status, m.deactivated_at, m.licence_expires_on::text as licence_expires_on, m.version, case when m.emergency_until > now() then m.emergency_until end as emergency_until from clinic.members m';
const ASSIGNMENTS = `
select a.id as assignment_id, a.member_id, a.role, a.valid_from, a.valid_to, a.permissions,
  a.valid_from <= now() and (a.valid_to is null or a.valid_to > now()) as current, ${CHAMBER_COLUMNS}
from clinic.chamber_assignments a join clinic.chambers c on c.tenant_id = a.tenant_id and c.id = a.chamber_id`;

const PAGE = 'm.tenant_id = $1 and ($2::uuid is null or m.id > $2)';
const OWN = `m.tenant_id = $1 and m.user_id = $2 and m.status = 'ACTIVE'`;

/** The statements for one member with their assignments. */
export const memberById = (tenantId: string, id: string): Statement[] => [
  { text: `${MEMBERS} where m.tenant_id = $1 and m.id = $2`, values: [tenantId, id] },
  { text: `${ASSIGNMENTS} where a.tenant_id = $1 and a.member_id = $2 order by a.chamber_id`, values: [tenantId, id] },
];

/** The statements for the member that a user is in a practice. */
export const memberOfUser = (tenantId: string, userId: string): Statement[] => [
  { text: `${MEMBERS} where ${OWN}`, values: [tenantId, userId] },
  { text: `${ASSIGNMENTS} where a.tenant_id = $1 and a.member_id = (select m.id from clinic.members m where ${OWN}) order by a.chamber_id`, values: [tenantId, userId] },
];

/** The statements for `count` members after an id, in the order of their ids. */
export const membersAfter = (tenantId: string, after: string | null, count: number): Statement[] => [
  { text: `${MEMBERS} where ${PAGE} order by m.id limit $3`, values: [tenantId, after, count] },
  {
    text: `${ASSIGNMENTS} where a.tenant_id = $1 and a.member_id in (select m.id from clinic.members m where ${PAGE} order by m.id limit $3) order by a.chamber_id`,
    values: [tenantId, after, count],
  },
];

/** The sealed values among the rows of the statements above, for the keyring. */
export const sealedIn = ([members = []]: Row[][]): Buffer[] => members.map(({ profile }) => profile as Buffer);

/** Until when the member that the statements found reads under emergency access; null when they do not. */
export const emergencyIn = ([members = []]: Row[][]): Date | null => (members as unknown as MemberRow[])[0]?.emergency_until ?? null;

/** The members in the rows of the statements above, opened. */
export function toMembers(keys: ScopeKeys, [members = [], assignments = []]: Row[][]): Member[] {
  const byMember = new Map<string, Assignment[]>();
  for (const row of assignments as unknown as AssignmentRow[]) {
    byMember.set(row.member_id, [...(byMember.get(row.member_id) ?? []), toAssignment(row)]);
  }
  return (members as unknown as MemberRow[]).map((row) => toMember(keys, row, byMember.get(row.id) ?? []));
}

const toMember = (keys: ScopeKeys, row: MemberRow, assignments: Assignment[]): Member => {
  const { nameEn, nameBn, email, licence } = keys.open<MemberProfile>('clinic.members', row.id, 'profile', row.profile);
  return {
    id: row.id, nameEn, nameBn, email, licence, licenceExpiresOn: row.licence_expires_on, isOwner: row.is_owner, roles: rolesIn(assignments), status: row.status,
    deactivatedAt: row.deactivated_at, assignments, version: row.version,
  };
};

const rolesIn = (assignments: Assignment[]): Role[] =>
  [...new Set(assignments.filter(({ current }) => current).map(({ role }) => role))].sort();

const toAssignment = (row: AssignmentRow): Assignment => ({
  id: row.assignment_id,
  chamber: toChamber(row),
  role: row.role,
  validFrom: dayOf(row.valid_from, row.time_zone),
  validTo: row.valid_to && lastDayBefore(row.valid_to, row.time_zone),
  current: row.current,
  permissions: row.permissions,
});
