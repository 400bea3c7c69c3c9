import type { InputFault } from '../errors.js';

/**
 * What is wrong with a variable that does not fit its type, from the message of graphql-js (coerceVariableValues), which
 * quotes the offending value; that may be somebody's data and is left out. Reasons: REQUIRED, UNKNOWN_FIELD, WRONG_TYPE.
 */
export function coercionFault(message: string): { message: string; fault: InputFault } | undefined {
  const missing = /^Variable "\$(\w+)" of (?:required|non-null) type "([\w![\]]+)"/.exec(message);
  if (missing) return { message: `The variable "$${missing[1]}" of type "${missing[2]}" is required.`, fault: { path: [missing[1]!], reason: 'REQUIRED' } };

  const [, variable] = /^Variable "\$(\w+)" got invalid value /.exec(message) ?? [];
  if (!variable) return undefined;
  const at = new RegExp(` at "(${variable}[\\w.[\\]]*)"; `).exec(message);
  const path = (at?.[1] ?? variable).split(/[.[\]]+/).filter(Boolean);
  const field = /; Field "(\w+)" (?:of (required) type|is not defined)/.exec(message);
  const fault: InputFault = field
    ? { path: [...path, field[1]!], reason: field[2] ? 'REQUIRED' : 'UNKNOWN_FIELD' }
    : { path, reason: / not to be null\.$/.test(message) ? 'REQUIRED' : 'WRONG_TYPE' };
  return { message: `The variable "$${variable}" does not fit its type at "${fault.path.join('.')}".`, fault };
}
