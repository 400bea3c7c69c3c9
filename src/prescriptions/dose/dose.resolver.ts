import { Args, ArgsType, Field, ObjectType, Query, Resolver } from '@nestjs/graphql';
import { IsOptional } from 'class-validator';
import { DoseUnit } from '../../drugs/dose-unit.model.js';
import { Can } from '../../platform/access/can.decorator.js';
import { Classified } from '../../platform/access/classification.js';
import type { Ctx } from '../../platform/context/ctx.js';
import { CurrentCtx } from '../../platform/context/request-context.js';
import { TenantDb } from '../../platform/database/tenant-db.js';
import { badInput } from '../../platform/errors.js';
import { DecimalScalar } from '../../platform/graphql/scalars.js';
import { MealRelation } from '../prescription.enums.js';
import { DoseFault } from './dose-fault.js';
import { amountNeeded } from './dose-quantity.js';
import { doseSentence } from './dose-sentence.js';
import { type Dosing, thousandthsAsDecimal } from './dosing.js';
import { parseDose } from './parse-dose.js';
import { writeDose } from './write-dose.js';

@ArgsType()
class ReadDoseArgs {
  @Field({ description: 'The notation: `1+0+1 ×5d`, `১+০+১`, `5 ml every 8 h`, `1 sos max 4/d`.' })
  notation: string;

  @Field(() => DoseUnit, { defaultValue: 'TABLET', description: 'In what a dose is counted that names no unit.' })
  unit: DoseUnit = 'TABLET';

  @Field(() => MealRelation, { nullable: true, description: 'How it relates to meals.' })
  @IsOptional()
  meal?: MealRelation | null;
}

@ObjectType({ description: 'What a dose notation says.' })
@Classified('technical')
export class ReadDose {
  @Field({ description: 'In its one spelling.' })
  dose: string;

  @Field({ description: 'As a sentence in English.' })
  sentenceEn: string;

  @Field({ description: 'As a sentence in Bangla.' })
  sentenceBn: string;

  @Field(() => DoseUnit, { description: 'In what it is counted.' })
  unit: DoseUnit;

  @Field(() => DecimalScalar, { nullable: true, description: 'How much it needs in all, in `unit`; null when that cannot be told.' })
  quantity: string | null;
}

@Resolver()
export class DoseResolver {
  constructor(private readonly db: TenantDb) {}

  @Query(() => ReadDose, { description: 'Reads a dose notation as it is typed; nothing is kept. Every member may ask. Errors: BAD_USER_INPUT (reasons that begin with DOSE_, with `params.offset` and `params.length` in UTF-16 units).' })
  @Can('self:read')
  async readDose(@CurrentCtx() ctx: Ctx, @Args() { notation, unit, meal }: ReadDoseArgs): Promise<ReadDose> {
    await this.db.authorise(ctx);
    const dosing = parsed(notation);
    const taken = { unit: dosing.unit ?? unit, meal: meal ?? null };
    const needed = amountNeeded(dosing);
    return { dose: writeDose(dosing), sentenceEn: doseSentence(dosing, taken, 'en'), sentenceBn: doseSentence(dosing, taken, 'bn'), unit: taken.unit, quantity: needed === null ? null : thousandthsAsDecimal(needed) };
  }
}

function parsed(notation: string): Dosing {
  try {
    return parseDose(notation);
  } catch (error) {
    if (!(error instanceof DoseFault)) throw error;
    throw badInput([{ path: ['notation'], reason: error.reason, params: { offset: error.offset, length: error.length } }]);
  }
}
