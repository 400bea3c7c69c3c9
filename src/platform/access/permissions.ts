/** Every permission, in the order of the role matrix. The database holds the same list as what DOCTOR may do. */
export const permissions = [
  'patients:read',
  'patients:read-clinical',
  'patients:register',
  'patients:edit',
  'patients:edit-clinical',
  'patients:archive',
  'patients:merge',
  'patients:import',
  'patients:export',
  'patients:break-glass',
  'appointments:read',
  'appointments:manage',
  'appointments:overbook',
  'prescriptions:read',
  'prescriptions:write',
  'prescriptions:sign',
  'finances:read',
  'finances:manage',
  'payments:take',
  'chambers:manage',
  'members:manage',
  'roles:manage',
  'practice:manage',
  'audit:read',
  'audit:export',
  'security:manage',
] as const;

/** A permission that a role, a chamber's change or a person's change grants or denies. */
export type Permission = (typeof permissions)[number];

/** What every active member may do with their own person; it can be neither granted nor denied. `self:enrol` also without a second factor that the practice requires. */
export type SelfPermission = 'self:read' | 'self:manage' | 'self:enrol';

const known: ReadonlySet<string> = new Set(permissions);

/** True for a permission that can be granted. */
export const isPermission = (text: string): text is Permission => known.has(text);

/** True for what needs nothing but a live session in the practice. */
export const isSelfPermission = (permission: Permission | SelfPermission): permission is SelfPermission =>
  permission.startsWith('self:');
