import { Args, ArgsType, Field, Int, Query, Resolver } from '@nestjs/graphql';
import { IsInt, Max, MaxLength, Min } from 'class-validator';
import { Can } from '../platform/access/can.decorator.js';
import type { Ctx } from '../platform/context/ctx.js';
import { CurrentCtx } from '../platform/context/request-context.js';
import { ConditionCode } from './condition-code.model.js';
import { ConditionCodes } from './condition-codes.reader.js';

const MOST = 50;
const LONGEST = 100;

@ArgsType()
class SearchArgs {
  @Field({ description: `What somebody is typing, up to ${LONGEST} characters (MAX_LENGTH): the beginning of a code (E11, e119), or the beginnings of words in any order (type 2 dia, ডেঙ্গু, HTN).` })
  @MaxLength(LONGEST)
  text: string;

  @Field(() => Int, { defaultValue: 20, description: `How many, 1 to ${MOST}.` })
  @IsInt()
  @Min(1)
  @Max(MOST)
  first: number = 20;
}

@Resolver()
export class ConditionCodesResolver {
  constructor(private readonly codes: ConditionCodes) {}

  @Query(() => [ConditionCode], { description: 'The codes of ICD-10 that fit what is being typed, the likeliest first; an empty list when there are none. Every member may ask. Errors: BAD_USER_INPUT.' })
  @Can('self:read')
  async searchConditionCodes(@CurrentCtx() ctx: Ctx, @Args() { text, first }: SearchArgs): Promise<ConditionCode[]> {
    const rows = await this.codes.search(ctx, text, first);
    return rows.map(({ code, title, title_bn }) => ({ code, title, titleBn: title_bn }));
  }
}
