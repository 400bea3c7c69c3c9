import { Args, ArgsType, Field, Int, Query, Resolver } from '@nestjs/graphql';
import { IsInt, IsOptional, Max, MaxLength, Min } from 'class-validator';
import { Can } from '../platform/access/can.decorator.js';
import type { Ctx } from '../platform/context/ctx.js';
import { CurrentCtx } from '../platform/context/request-context.js';
import type { Country } from '../tenants/practice-countries.reader.js';
import { DrugCountry, FoundDrug, toDrugProduct } from './drug-product.model.js';
import { DrugSearch } from './drug-search.reader.js';

const MOST = 50;
const LONGEST = 100;

@ArgsType()
class SearchDrugsArgs {
  @Field({ description: `What somebody is typing, up to ${LONGEST} characters (MAX_LENGTH): the beginnings of words of brand, ingredients, form and strength, in any order, in Latin or Bangla letters (amox 500, tab para, প্যারা ৫০০).` })
  @MaxLength(LONGEST)
  text: string;

  @Field(() => Int, { defaultValue: 20, description: `How many, 1 to ${MOST}.` })
  @IsInt()
  @Min(1)
  @Max(MOST)
  first: number = 20;

  @Field(() => DrugCountry, { nullable: true, description: 'Where the medicines are sold; where the practice is, unless told.' })
  @IsOptional()
  country?: Country | null;
}

@Resolver()
export class DrugsResolver {
  constructor(private readonly drugs: DrugSearch) {}

  @Query(() => [FoundDrug], { description: 'The medicines that fit what is being typed, the likeliest first; an empty list when there are none. Brands whose beginning it is come before ingredients. Where nothing begins so, those come whose names resemble it. What the practice added stands among them, what is retired does not. Needs prescriptions:read. Errors: BAD_USER_INPUT.' })
  @Can('prescriptions:read')
  async searchDrugs(@CurrentCtx() ctx: Ctx, @Args() { text, first, country }: SearchDrugsArgs): Promise<FoundDrug[]> {
    const rows = await this.drugs.search(ctx, text, first, country ?? null);
    return rows.map(({ match, ...row }) => ({ match, product: toDrugProduct(row) }));
  }
}
