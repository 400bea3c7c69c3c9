import { Matches } from 'class-validator';

/** The form of a time zone's name. Offsets and lower-case spellings are accepted by some runtimes and not by others; the database is one of the others. */
export const IsZoneName = (): PropertyDecorator => Matches(/^[A-Z][A-Za-z_]+(\/[A-Z][A-Za-z0-9_+-]+)+$/);
