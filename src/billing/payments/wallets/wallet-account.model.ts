import { Field, InputType, ObjectType, registerEnumType } from '@nestjs/graphql';
import { Classified } from '../../../platform/access/classification.js';
import { DateTimeScalar } from '../../../platform/graphql/scalars.js';
import { MemberName } from '../../../tenants/member-name.model.js';
import { WalletProvider, WalletSite } from '../gateways/wallet-gateway.js';

registerEnumType(WalletProvider, { name: 'WalletProvider', description: 'A provider of wallets that patients pay by.', valuesMap: { BKASH: { description: 'bKash: its tokenized checkout without an agreement. Pays in taka.' } } });
registerEnumType(WalletSite, {
  name: 'WalletSite',
  description: 'Which of a provider’s systems an account is for.',
  valuesMap: { LIVE: { description: 'Where money moves.' }, SANDBOX: { description: 'For trying things out: no money moves, yet payments count here as made. Not in production, unless the operator allows it.' } },
});

@ObjectType({ description: 'The account of a practice at a provider of wallets. Its credentials are never shown.' })
@Classified('books')
export class WalletAccountShown {
  @Field(() => WalletProvider, { description: 'The provider.' })
  provider: WalletProvider;

  @Field(() => WalletSite, { description: 'Which of its systems the account is for.' })
  site: WalletSite;

  @Field(() => MemberName, { description: 'Who set it last.' })
  changedBy: MemberName;

  @Field(() => DateTimeScalar, { description: 'When.' })
  changedAt: Date;
}

@InputType({ description: 'What bKash gave the practice as its merchant. Each is 1 to 200 visible characters of ASCII. Reasons of faults: WRONG_FORMAT, NOT_USED_HERE (`site`).' })
export class BkashAccountInput {
  @Field(() => WalletSite, { defaultValue: WalletSite.LIVE, description: 'Which of bKash’s systems they are for.' })
  site: WalletSite;

  @Field({ description: 'The user name of the merchant.' })
  username: string;

  @Field({ description: 'Its password.' })
  password: string;

  @Field({ description: 'The app key.' })
  appKey: string;

  @Field({ description: 'The app secret.' })
  appSecret: string;
}
