import { conflict } from '../../platform/errors.js';

/** Refuses a second rule of the same doctor and chamber on the same days. */
export const shareRulesOverlap = () => conflict('SHARE_RULES_OVERLAP', 'Another rule for the same doctor and chamber holds on some of these days.');

/** Refuses to change a rule that is over. */
export const shareRuleIsOver = () => conflict('ENDED_ALREADY', 'The rule is over.');

/** Refuses to take back a rule that has begun. */
export const shareRuleHasBegun = (validFrom: string) => conflict('SHARE_RULE_BEGUN', 'The rule has begun: end it.', { validFrom });
