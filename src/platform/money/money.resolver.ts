import { Args, Parent, ResolveField, Resolver } from '@nestjs/graphql';
import { Public } from '../access/can.decorator.js';
import { Classified } from '../access/classification.js';
import { Money } from './money.model.js';
import { MoneyLanguage, shown } from './currency.js';

@Resolver(() => Money)
export class MoneyResolver {
  @ResolveField(() => String, { description: 'As people read it: BDT 1,25,000.00.' })
  @Public('It says the amount once more, which was answered.')
  @Classified('technical')
  display(@Parent() { amount, currency }: Money, @Args('language', { type: () => MoneyLanguage, defaultValue: MoneyLanguage.EN, description: 'In which language and digits.' }) language: MoneyLanguage): string {
    return shown(amount, currency, language);
  }
}
