import { registerEnumType } from '@nestjs/graphql';

export const TemplateKind = { TEMPLATE: 'TEMPLATE', MEDICINE: 'MEDICINE', ADVICE: 'ADVICE', INVESTIGATION: 'INVESTIGATION' } as const;
export type TemplateKind = keyof typeof TemplateKind;
registerEnumType(TemplateKind, {
  name: 'TemplateKind',
  description: 'What somebody keeps to prescribe it again.',
  valuesMap: {
    TEMPLATE: { description: 'A named template of any parts of a prescription.' },
    MEDICINE: { description: 'A favourite medicine with its usual dosing.' },
    ADVICE: { description: 'A line of advice.' },
    INVESTIGATION: { description: 'A test or an image.' },
  },
});
