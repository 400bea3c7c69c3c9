import { registerEnumType } from '@nestjs/graphql';

export enum WaitlistStatus { WAITING = 'WAITING', OFFERED = 'OFFERED', BOOKED = 'BOOKED', LAPSED = 'LAPSED', LEFT = 'LEFT' }
registerEnumType(WaitlistStatus, {
  name: 'WaitlistStatus',
  description: 'What became of somebody who waits for a place.',
  valuesMap: {
    WAITING: { description: 'They wait.' },
    OFFERED: { description: 'A place is held for them.' },
    BOOKED: { description: 'They took the place.' },
    LAPSED: { description: 'The place that was held was not taken in time, or there was none until the last day.' },
    LEFT: { description: 'They wait no longer.' },
  },
});
