import pg from 'pg';

// TypeORM wraps the driver's error.
const databaseError = (error: unknown): pg.DatabaseError | undefined => {
  const cause = error instanceof Error && 'driverError' in error ? error.driverError : error;
  return cause instanceof pg.DatabaseError ? cause : undefined;
};

/** The constraint that a statement broke, by its name; undefined when it was something else. */
export const constraintOf = (error: unknown): string | undefined => databaseError(error)?.constraint;

/** The SQLSTATE of a database error, TypeORM's or the driver's; undefined for any other error. */
export const sqlStateOf = (error: unknown): string | undefined => databaseError(error)?.code;
