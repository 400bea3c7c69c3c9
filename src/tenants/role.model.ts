import { registerEnumType } from '@nestjs/graphql';

/** What somebody is in a chamber. Being an owner of the practice is no role: it stands above them. */
export enum Role {
  DOCTOR = 'DOCTOR',
  MANAGER = 'MANAGER',
  RECEPTIONIST = 'RECEPTIONIST',
  NURSE = 'NURSE',
  ASSISTANT = 'ASSISTANT',
}

registerEnumType(Role, {
  name: 'Role',
  description: 'What somebody is in a chamber. What each role may do by default is in `rolePermissions`, and can be changed.',
  valuesMap: {
    DOCTOR: { description: 'Everything.' },
    MANAGER: { description: 'Everything but prescribing, permissions, the practice itself and the audit trail.' },
    RECEPTIONIST: { description: 'Patients without clinical data, and appointments.' },
    NURSE: { description: 'Patients with clinical data; sees appointments and prescriptions. No money.' },
    ASSISTANT: { description: 'Nothing, until it is granted.' },
  },
});

/** What somebody is in the practice: an owner, or a role in a chamber. */
export enum Standing {
  OWNER = 'OWNER',
  DOCTOR = 'DOCTOR',
  MANAGER = 'MANAGER',
  RECEPTIONIST = 'RECEPTIONIST',
  NURSE = 'NURSE',
  ASSISTANT = 'ASSISTANT',
}

registerEnumType(Standing, {
  name: 'Standing',
  description: 'What somebody is in the practice: an owner, or a role in any of its chambers.',
  valuesMap: {
    OWNER: { description: 'Owns the practice, alone or with others.' },
    DOCTOR: { description: 'DOCTOR in a chamber.' },
    MANAGER: { description: 'MANAGER in a chamber.' },
    RECEPTIONIST: { description: 'RECEPTIONIST in a chamber.' },
    NURSE: { description: 'NURSE in a chamber.' },
    ASSISTANT: { description: 'ASSISTANT in a chamber.' },
  },
});

/** What an override does with a permission. A denial wins over any grant. */
export enum OverrideEffect {
  GRANT = 'GRANT',
  DENY = 'DENY',
}

registerEnumType(OverrideEffect, {
  name: 'OverrideEffect',
  description: 'What an override does with a permission.',
  valuesMap: {
    GRANT: { description: 'Gives it, unless it is denied on any level.' },
    DENY: { description: 'Takes it away, whatever grants it.' },
  },
});
