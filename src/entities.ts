import { Device } from './auth/device.entity.js';
import { RefreshToken } from './auth/refresh-token.entity.js';
import { Session } from './auth/session.entity.js';
import { User } from './auth/user.entity.js';
import { ChamberAssignmentEntity } from './tenants/chamber-assignment.entity.js';
import { ChamberEntity } from './tenants/chamber.entity.js';
import { MemberEntity } from './tenants/member.entity.js';
import { PermissionOverrideEntity } from './tenants/permission-override.entity.js';
import { PracticeEntity } from './tenants/practice.entity.js';

/** Every entity, by the database role that works with it. */
export const entities = {
  app: [PracticeEntity, ChamberEntity, MemberEntity, ChamberAssignmentEntity, PermissionOverrideEntity],
  auth: [User, Device, Session, RefreshToken],
};
