import { registerEnumType } from '@nestjs/graphql';

/** How something that is sold is taxed. */
export enum TaxCategory { STANDARD = 'STANDARD', ZERO = 'ZERO', EXEMPT = 'EXEMPT', OUT_OF_SCOPE = 'OUT_OF_SCOPE' }
registerEnumType(TaxCategory, {
  name: 'TaxCategory',
  description: 'How something that is sold is taxed.',
  valuesMap: {
    STANDARD: { description: 'At the standard rate: `BillingSettings.taxRate`.' },
    ZERO: { description: 'Taxable, at a rate of nothing.' },
    EXEMPT: { description: 'Exempt from tax.' },
    OUT_OF_SCOPE: { description: 'Not a matter of the tax at all.' },
  },
});

/** The rate of a category in basis points, by the standard rate. */
export const taxRateOf = (category: TaxCategory, standardRate: number): number => (category === TaxCategory.STANDARD ? standardRate : 0);
