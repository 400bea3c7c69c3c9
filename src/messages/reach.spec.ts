import { ConsentStatus } from '../consents/consent.enums.js';
import { reached, whyNotReached } from './reach.js';

const own = { number: '+8801711223344', label: 'OWN' };
const father = { number: '+8801711223355', label: 'FATHER' };
const patient = (status: ConsentStatus, phones = [father, own]) => ({ phones, consent: { status, allowed: status === 'GRANTED' } });
const booker = '+8801811223366';

describe('whom a message reaches', () => {
  it('is the patient at their own number before others’, if they agreed', () => {
    expect(reached({ booker: undefined, patient: patient('GRANTED') })).toEqual({ number: own.number, isAllowed: true });
    expect(reached({ booker: undefined, patient: patient('GRANTED', [father]) })).toEqual({ number: father.number, isAllowed: true });
    for (const status of ['UNKNOWN', 'REFUSED', 'WITHDRAWN', 'EXPIRED'] as const) expect(whyNotReached({ booker: undefined, patient: patient(status) })).toBe('NO_CONSENT');
    expect(whyNotReached({ booker: undefined, patient: patient('GRANTED', []) })).toBe('NO_NUMBER');
  });

  it('is who booked online at the number that they proved, unless the patient has decided against it', () => {
    expect(reached({ booker, patient: undefined })).toEqual({ number: booker, isAllowed: true });
    for (const status of ['UNKNOWN', 'GRANTED'] as const) expect(reached({ booker, patient: patient(status) })).toEqual({ number: booker, isAllowed: true });
    for (const status of ['REFUSED', 'WITHDRAWN', 'EXPIRED'] as const) expect(whyNotReached({ booker, patient: patient(status) })).toBe('NO_CONSENT');
  });
});
