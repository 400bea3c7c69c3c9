import { Field, InputType, ObjectType } from '@nestjs/graphql';
import { Classified } from '../../../platform/access/classification.js';
import { UuidScalar } from '../../../platform/graphql/scalars.js';
import { WalletProvider } from '../gateways/wallet-gateway.js';
import { PaymentStatus } from '../payment.enums.js';

@ObjectType({ description: 'How the payment of a deposit stands, for who booked online.' })
@Classified('own')
export class OnlineDepositPayment {
  @Field(() => PaymentStatus, { description: 'CAPTURED only when the provider says that just this was paid; then `onlineBooking` tells whether the place is booked. PENDING as long as that is not known: nobody should pay again. After FAILED it can be begun again, with another key.' })
  status: PaymentStatus;

  @Field(() => String, { nullable: true, description: 'Where the payer pays, in a browser; null before the provider has opened it, and once the payment is PENDING no longer.' })
  checkoutUrl: string | null;
}

@InputType({ description: 'The deposit of a booking, which is to be paid by wallet.' })
export class PayOnlineDepositInput {
  @Field({ description: 'What `holdOnlinePlace` answered.' })
  secret: string;

  @Field(() => WalletProvider, { description: 'By which provider; the practice must have an account there.' })
  provider: WalletProvider;

  @Field(() => UuidScalar, { description: 'A fresh UUID for each try to pay, the same on every retry and to ask how it stands: it is begun once. While another one is under way, that is the answer.' })
  idempotencyKey: string;
}
