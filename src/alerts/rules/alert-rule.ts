/** How urgent an alert is: LOW is for the list alone, the others are mailed to the owners. */
export const severities = ['LOW', 'MEDIUM', 'HIGH'] as const;
export type Severity = (typeof severities)[number];

interface Rule {
  severity: Severity;
  /** How many there may be before it fires; what is counted, and in what time, the rule says. Undefined for a rule that a single event fires. */
  threshold?: number;
}

/** Every rule with its threshold unless a practice sets another. They stay silent on the ordinary day of a clinic of five people and 120 patients. */
export const rules = {
  REPEATED_FAILURES: { severity: 'MEDIUM', threshold: 5 },
  REFRESH_REUSED: { severity: 'HIGH' },
  ENDED_ACCESS_USED: { severity: 'MEDIUM' },
  NEW_DEVICE: { severity: 'LOW' },
  ODD_HOURS: { severity: 'LOW' },
  TWO_PLACES: { severity: 'HIGH', threshold: 4 },
  IMPOSSIBLE_PACE: { severity: 'HIGH', threshold: 20 },
  MASS_READING: { severity: 'HIGH', threshold: 250 },
  MASS_LISTING: { severity: 'HIGH', threshold: 3_000 },
  MASS_EXPORT: { severity: 'HIGH', threshold: 20 },
  UNRELATED_PATIENTS: { severity: 'MEDIUM', threshold: 10 },
  REPEATED_DENIALS: { severity: 'MEDIUM', threshold: 10 },
  EMERGENCY_ACCESS: { severity: 'HIGH' },
} as const satisfies Record<string, Rule>;

export type RuleName = keyof typeof rules;

/** Rules that nobody switches off: what they notice is never usual, and whoever did it could be the one who sets them. */
export const alwaysOn: ReadonlySet<RuleName> = new Set(['EMERGENCY_ACCESS', 'REFRESH_REUSED']);

/** Every rule by name. */
export const ruleNames = Object.keys(rules) as RuleName[];

/** What a practice says of one rule. */
export interface RuleSetting {
  on: boolean;
  threshold?: number;
}

/** When a practice is open, by the clock where it is: in minutes of the day, on days of the week (1 is Monday, ISO 8601). `until` may lie on the next day: 26 hours are two o'clock at night. */
export interface OpeningHours {
  from: number;
  until: number;
  days: number[];
}

/** What a practice has set. */
export interface AlertSettings {
  rules: Partial<Record<RuleName, RuleSetting>>;
  hours: OpeningHours;
}

/** Everything on, open from five in the morning till one at night, every day. */
export const usualSettings: AlertSettings = { rules: {}, hours: { from: 300, until: 1_500, days: [1, 2, 3, 4, 5, 6, 7] } };

/** Whether a rule is on. */
export const isOn = ({ rules: set }: AlertSettings, rule: RuleName): boolean => alwaysOn.has(rule) || (set[rule]?.on ?? true);

/** The threshold of a rule that has one. */
export const thresholdOf = ({ rules: set }: AlertSettings, rule: RuleName): number => {
  const usual: Rule = rules[rule];
  return set[rule]?.threshold ?? usual.threshold ?? 1;
};
