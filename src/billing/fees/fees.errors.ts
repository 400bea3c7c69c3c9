import { conflict } from '../../platform/errors.js';

/** Refuses a second rule of the same doctor, chamber and visit type on the same days. */
export const feeRulesOverlap = () => conflict('FEE_RULES_OVERLAP', 'Another rule for the same holds on some of these days.');

/** Refuses to change a rule that is over. */
export const ruleIsOver = () => conflict('ENDED_ALREADY', 'The rule is over.');

/** Refuses to take back a rule that has begun. */
export const ruleHasBegun = (validFrom: string) => conflict('FEE_RULE_BEGUN', 'The rule has begun: end it.', { validFrom });
