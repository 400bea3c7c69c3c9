import { RefreshToken } from './auth/refresh-token.entity.js';
import { Session } from './auth/session.entity.js';
import { User } from './auth/user.entity.js';

/** Every entity, by the database role that works with it. */
export const entities = {
  app: [],
  auth: [User, Session, RefreshToken],
};
