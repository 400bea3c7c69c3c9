import { Field, InputType, ObjectType } from '@nestjs/graphql';
import { GraphQLError, GraphQLScalarType, Kind } from 'graphql';
import { Classified } from '../access/classification.js';
import type { InputCheck } from '../input-check.js';
import { MOST_AMOUNT } from './amounts.js';
import { Currency } from './currency.js';

const minorUnits = (raw: unknown): bigint => {
  if (typeof raw !== 'number' || !Number.isSafeInteger(raw)) throw new GraphQLError('This is not a whole number of minor units.');
  return BigInt(raw);
};

/** Whole minor units of a currency. */
export const MinorUnitsScalar = new GraphQLScalarType<bigint, number>({
  name: 'MinorUnits',
  description: 'An amount of money in whole minor units (paisa, fils): 50000 is 500.00. A whole number between -9007199254740991 and 9007199254740991, which JSON and JavaScript hold exactly; fractions and texts are refused.',
  serialize: (value) => Number(value),
  parseValue: minorUnits,
  parseLiteral: (ast) => minorUnits(ast.kind === Kind.INT ? Number(ast.value) : undefined),
});

@ObjectType({ description: 'An amount of money.' })
@Classified('technical')
export class Money {
  @Field(() => MinorUnitsScalar, { description: 'How much, in minor units.' })
  amount: bigint;

  @Field(() => Currency, { description: 'Of which currency.' })
  currency: Currency;
}

@InputType({ description: 'An amount of money. Reasons of faults: OTHER_CURRENCY (`currency` of the practice), OUT_OF_RANGE (`min`, `max` in minor units).' })
export class MoneyInput {
  @Field(() => MinorUnitsScalar, { description: 'How much, in minor units.' })
  amount: bigint;

  @Field(() => Currency, { description: 'Of which currency; it must be the practice’s.' })
  currency: Currency;
}

/** Money of the practice, from its row: `bigint` arrives as text. */
export const moneyOf = (amount: unknown, currency: unknown): Money => ({ amount: BigInt(amount as string | bigint | number), currency: currency as Currency });

/** The amount of an input in minor units, from `min` to `max`; null when there is none, or after noting its fault. */
export function amountIn(check: InputCheck, path: string[], money: MoneyInput | null | undefined, currency: Currency, { min = 1n, max = MOST_AMOUNT } = {}): bigint | null {
  if (!money) return null;
  if (money.currency !== currency) check.blame([...path, 'currency'], 'OTHER_CURRENCY', { currency });
  else if (money.amount < min || money.amount > max) check.blame([...path, 'amount'], 'OUT_OF_RANGE', { min: Number(min), max: Number(max) });
  else return money.amount;
  return null;
}
