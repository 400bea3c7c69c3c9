import { auditActions } from '../../src/platform/context/audit-trail.js';
import { isSelfPermission, permissions } from '../../src/platform/access/permissions.js';
import { hire, openChamber } from '../support/staff.js';
import { type Practice, World } from '../support/world.js';
import { accessRules } from './access-rules.js';
import { expectReviewed } from './reviewed.js';

const roles = ['DOCTOR', 'MANAGER', 'RECEPTIONIST', 'NURSE', 'ASSISTANT'] as const;

describe('the permissions', () => {
  let world: World;
  let practice: Practice;
  const defaults = new Map<string, string[]>();

  beforeAll(async () => {
    world = await World.open();
    practice = await world.practice('Shapla Chamber');
    const rows = await world.sql<{ role: string; permission: string }>('superuser', 'select role, permission from platform.role_permissions');
    for (const role of roles) defaults.set(role, rows.filter((row) => row.role === role).map(({ permission }) => permission));
    expect(rows.filter(({ role }) => !defaults.has(role))).toEqual([]);
  });
  afterAll(() => world.close());

  it('in the code are those in the database', () => {
    expect([...defaults.get('DOCTOR')!].sort()).toEqual([...permissions].sort());
    for (const role of roles) expect(defaults.get(role)!.filter((permission) => !(permissions as readonly string[]).includes(permission))).toEqual([]);
  });

  it('are each role’s as was reviewed', () => {
    expectReviewed('test/contract/permissions.txt', [
      ['permission', ...roles].join('  '),
      ...permissions.map((permission) => [permission, ...roles.map((role) => (defaults.get(role)!.includes(permission) ? 'yes' : 'no'))].join('  ')),
    ]);
  });

  const holds = (role: (typeof roles)[number], ...wanted: string[]): boolean[] => wanted.map((permission) => defaults.get(role)!.includes(permission));

  it('say what the practice was promised', () => {
    const clinicalReading = ['patients:read', 'patients:read-clinical'];
    const money = ['finances:read', 'finances:manage', 'payments:take'];
    const settings = ['roles:manage', 'practice:manage', 'audit:read'];
    expect(holds('MANAGER', ...clinicalReading, 'appointments:manage', ...money, 'prescriptions:read', 'chambers:manage', 'members:manage')).not.toContain(false);
    expect(holds('MANAGER', 'prescriptions:write', ...settings)).not.toContain(true);
    expect(holds('RECEPTIONIST', 'patients:read', 'patients:register', 'patients:edit', 'appointments:read', 'appointments:manage')).not.toContain(false);
    expect(holds('RECEPTIONIST', 'patients:read-clinical', 'patients:edit-clinical', 'prescriptions:read', 'prescriptions:write', ...money, ...settings, 'chambers:manage', 'members:manage')).not.toContain(true);
    expect(holds('NURSE', ...clinicalReading, 'patients:edit-clinical', 'appointments:read', 'prescriptions:read')).not.toContain(false);
    expect(holds('NURSE', 'appointments:manage', 'prescriptions:write', ...money, ...settings, 'chambers:manage', 'members:manage')).not.toContain(true);
    expect(defaults.get('ASSISTANT')).toEqual([]);
  });

  it('are what somebody hired in a role is told that they may do', async () => {
    const chamberId = await openChamber(world, practice, 'Gulshan');
    for (const role of roles) {
      const person = await hire(world, practice, chamberId, role);
      const { viewer } = await world.ok('{ viewer { permissions } }', {}, person.token);
      expect([role, [...viewer.permissions].filter((permission: string) => !permission.startsWith('self:')).sort()]).toEqual([role, [...defaults.get(role)!].sort()]);
    }
  });

  it('and the actions that rules name all exist', () => {
    for (const [field, rule] of accessRules(world)) {
      expect([field, auditActions.includes(rule.action)]).toEqual([field, true]);
      if ('permission' in rule) expect([field, isSelfPermission(rule.permission) || (permissions as readonly string[]).includes(rule.permission)]).toEqual([field, true]);
    }
  });
});
