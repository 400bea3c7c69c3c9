import { registerEnumType } from '@nestjs/graphql';

export enum RefundStatus { REQUESTED = 'REQUESTED', APPROVED = 'APPROVED', PENDING = 'PENDING', PAID = 'PAID', REJECTED = 'REJECTED', FAILED = 'FAILED' }
registerEnumType(RefundStatus, {
  name: 'RefundStatus',
  description: 'How far a refund has come.',
  valuesMap: {
    REQUESTED: { description: 'Asked for; it waits for an approval.' },
    APPROVED: { description: 'Approved, and to be paid out.' },
    PENDING: { description: 'Asked of the provider, which has not said that it is done.' },
    PAID: { description: 'Given back.' },
    REJECTED: { description: 'Not approved, or taken back by whoever asked.' },
    FAILED: { description: 'The provider did not give it back.' },
  },
});
