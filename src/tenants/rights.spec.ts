import { Rights } from './rights.js';

const GULSHAN = 'gulshan';
const UTTARA = 'uttara';

describe('rights', () => {
  const manager = new Rights(false, [{ chamberId: GULSHAN, permissions: ['patients:read', 'members:manage'] }, { chamberId: UTTARA, permissions: ['patients:read'] }]);

  it('cover what is held in the very chamber', () => {
    expect(manager.cover({ chamberId: GULSHAN, permissions: ['patients:read', 'members:manage'] })).toBe(true);
    expect(manager.cover({ chamberId: UTTARA, permissions: ['patients:read'] })).toBe(true);
  });

  it('do not cover what is held elsewhere, in part, or nowhere', () => {
    expect(manager.cover({ chamberId: UTTARA, permissions: ['members:manage'] })).toBe(false);
    expect(manager.cover({ chamberId: GULSHAN, permissions: ['patients:read', 'audit:read'] })).toBe(false);
    expect(manager.cover({ chamberId: 'banani', permissions: ['patients:read'] })).toBe(false);
  });

  it('of an owner cover everything, of anybody nothing', () => {
    const owner = new Rights(true, []);
    expect(owner.cover({ chamberId: GULSHAN, permissions: ['audit:read'] })).toBe(true);
    expect(owner.holdSomewhere('audit:read')).toBe(true);
    expect(manager.cover({ chamberId: 'banani', permissions: [] })).toBe(true);
  });

  it('held in one chamber are held somewhere', () => {
    expect(manager.holdSomewhere('members:manage')).toBe(true);
    expect(manager.holdSomewhere('audit:read')).toBe(false);
  });
});
