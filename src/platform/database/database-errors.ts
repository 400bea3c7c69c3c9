import pg from 'pg';
import { DomainError } from '../errors.js';

/** What the database answered, out of TypeORM's wrapping and of what a caller is told; undefined for any other error. */
export const databaseError = (error: unknown): pg.DatabaseError | undefined => {
  if (error instanceof DomainError) return databaseError(error.cause);
  const cause = error instanceof Error && 'driverError' in error ? error.driverError : error;
  return cause instanceof pg.DatabaseError ? cause : undefined;
};

/** The constraint that a statement broke, by its name; undefined when it was something else. */
export const constraintOf = (error: unknown): string | undefined => databaseError(error)?.constraint;

/** The SQLSTATE of a database error, TypeORM's or the driver's; undefined for any other error. */
export const sqlState = (error: unknown): string | undefined => databaseError(error)?.code;
