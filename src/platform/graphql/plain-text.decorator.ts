import { ValidateBy } from 'class-validator';

/** Control characters, and what turns the direction of text so that it reads as something else (Unicode UAX #9). */
const DECEPTIVE = /[\p{Cc}\u202A-\u202E\u2066-\u2069]/u;

/** One line of text that shows what it is: no control characters, no bidirectional overrides. Reason: PLAIN_TEXT. */
export const IsPlainText = (): PropertyDecorator =>
  ValidateBy({ name: 'plainText', validator: { validate: (value: unknown) => typeof value === 'string' && !DECEPTIVE.test(value) } });
