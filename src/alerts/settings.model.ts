import { Field, InputType, Int, ObjectType } from '@nestjs/graphql';
import { IsOptional, ValidateNested } from 'class-validator';
import { Type } from 'class-transformer';
import { Classified } from '../platform/access/classification.js';
import { AlertRule } from './alert.model.js';
import { type AlertSettings as Settings, type RuleName, isOn, ruleNames, rules, thresholdOf } from './rules/alert-rule.js';

/** The highest threshold that can be set. */
export const HIGHEST_THRESHOLD = 100_000;

@ObjectType({ description: 'How one rule is set.' })
@Classified('security')
export class AlertRuleSetting {
  @Field(() => AlertRule, { description: 'The rule.' })
  rule: RuleName;

  @Field({ description: 'Whether it raises alerts.' })
  on: boolean;

  @Field(() => Int, { nullable: true, description: 'Its threshold; null where one event suffices.' })
  threshold: number | null;
}

@ObjectType({ description: 'What the practice is alerted of.' })
@Classified('security')
export class AlertSettings {
  @Field(() => [AlertRuleSetting], { description: 'Every rule.' })
  rules: AlertRuleSetting[];

  @Field({ description: 'When the practice opens, by the clock of each chamber: HH:MM.' })
  opensAt: string;

  @Field({ description: 'When it closes: HH:MM. Not later than `opensAt`, it is on the next day.' })
  closesAt: string;

  @Field(() => [Int], { description: 'On which days of the week it opens: 1 for Monday to 7 for Sunday (ISO 8601).' })
  openDays: number[];

  @Field(() => String, { nullable: true, description: 'The address that alerts are sent to; null for none.' })
  webhookUrl: string | null;

  @Field(() => Int, { description: 'Send it with `editAlertSettings`.' })
  version: number;
}

@ObjectType({ description: 'A webhook that was set, with the secret to check its messages by. The secret is shown this once.' })
@Classified('security')
export class AlertWebhook {
  @Field({ description: 'The address.' })
  url: string;

  @Field({ description: 'The secret, as libraries for Standard Webhooks take it: `whsec_` and base64.' })
  secret: string;
}

@InputType({ description: 'How a rule is to be set.' })
export class AlertRuleSettingInput {
  @Field(() => AlertRule, { description: 'The rule. Reason of a fault: TWICE.' })
  rule: RuleName;

  @Field({ description: 'Whether it raises alerts. Reason of a fault: ALWAYS_ON (EMERGENCY_ACCESS and REFRESH_REUSED cannot be switched off).' })
  on: boolean;

  @Field(() => Int, { nullable: true, description: `Its threshold, 1 to ${HIGHEST_THRESHOLD}; the usual one unless told. Reasons of faults: OUT_OF_RANGE, NO_THRESHOLD (one event suffices).` })
  threshold?: number | null;
}

@InputType({ description: 'Changes of what the practice is alerted of; what is left out stays.' })
export class EditAlertSettingsInput {
  @Field(() => Int, { description: 'The `version` that was read; another one answers CONFLICT.' })
  version: number;

  @Field(() => [AlertRuleSettingInput], { nullable: true, description: 'Rules to set otherwise; the others stay.' })
  @IsOptional()
  @ValidateNested({ each: true })
  @Type(() => AlertRuleSettingInput)
  rules?: AlertRuleSettingInput[] | null;

  @Field(() => String, { nullable: true, description: 'When the practice opens: HH:MM. Reason of a fault: NOT_A_TIME.' })
  opensAt?: string | null;

  @Field(() => String, { nullable: true, description: 'When it closes: HH:MM; not later than `opensAt`, it is on the next day. Reason of a fault: NOT_A_TIME.' })
  closesAt?: string | null;

  @Field(() => [Int], { nullable: true, description: 'On which days of the week it opens: 1 for Monday to 7 for Sunday. Reason of a fault: NOT_A_DAY.' })
  openDays?: number[] | null;
}

const MINUTES_OF_DAY = 1_440;

/** A time of day in minutes as HH:MM. */
export const timeText = (minutes: number): string => {
  const inDay = minutes % MINUTES_OF_DAY;
  return `${String(Math.floor(inDay / 60)).padStart(2, '0')}:${String(inDay % 60).padStart(2, '0')}`;
};

/** Settings as the practice sees them. */
export const toAlertSettings = (settings: Settings, webhookUrl: string | null, version: number): AlertSettings => ({
  rules: ruleNames.map((rule) => ({ rule, on: isOn(settings, rule), threshold: 'threshold' in rules[rule] ? thresholdOf(settings, rule) : null })),
  opensAt: timeText(settings.hours.from), closesAt: timeText(settings.hours.until), openDays: settings.hours.days, webhookUrl, version,
});
