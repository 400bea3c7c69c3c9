import { InvalidPhone, kindOfPhone, normalisePhone } from '../../patients/phone.model.js';
import { badInput } from '../../platform/errors.js';
import type { BookableClinic } from './offers.reader.js';

/** The countries to whose mobile numbers a practice sends codes: its own, and those that its chambers name besides. */
export const countriesOf = ({ country, chambers }: BookableClinic): string[] => [...new Set([country, ...chambers.flatMap(({ countries }) => countries)])];

/** The E.164 form of a mobile number of somebody who books online; BAD_USER_INPUT for any other, such as those of which whoever owns them is paid for each message. */
export function mobileOf(raw: string, clinic: BookableClinic): string {
  const phone = written(raw, clinic.country);
  const { country, isMobile } = kindOfPhone(phone);
  if (country === undefined || !countriesOf(clinic).includes(country)) throw fault('OTHER_COUNTRY');
  if (!isMobile) throw fault('NOT_MOBILE');
  return phone;
}

function written(raw: string, country: string): string {
  try {
    return normalisePhone(raw.slice(0, 100), country);
  } catch (error) {
    if (!(error instanceof InvalidPhone)) throw error;
    throw fault(error.reason);
  }
}

const fault = (reason: InvalidPhone['reason'] | 'OTHER_COUNTRY' | 'NOT_MOBILE') => badInput([{ path: ['input', 'phone'], reason }]);
