import { registerEnumType } from '@nestjs/graphql';

export enum PaymentMethod { CASH = 'CASH', CARD = 'CARD', BKASH = 'BKASH', WALLET = 'WALLET', BANK = 'BANK' }
registerEnumType(PaymentMethod, {
  name: 'PaymentMethod',
  description: 'How something is paid, or given back.',
  valuesMap: {
    CASH: { description: 'In cash, through the drawer of whoever takes it.' },
    CARD: { description: 'By card at a terminal.' },
    BKASH: { description: 'By bKash, whose word alone proves it.' },
    WALLET: { description: 'By another wallet, named by `provider`.' },
    BANK: { description: 'By bank transfer or cheque.' },
  },
});

export enum PaymentStatus { PENDING = 'PENDING', CAPTURED = 'CAPTURED', FAILED = 'FAILED' }
registerEnumType(PaymentStatus, {
  name: 'PaymentStatus',
  description: 'How far a payment has come.',
  valuesMap: {
    PENDING: { description: 'Begun at a provider, and not known to be paid.' },
    CAPTURED: { description: 'The money was had. It never changes.' },
    FAILED: { description: 'It came to nothing.' },
  },
});
