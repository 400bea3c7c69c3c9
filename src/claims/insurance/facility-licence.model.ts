import { Field, InputType, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { Classified } from '../../platform/access/classification.js';
import { UuidScalar } from '../../platform/graphql/scalars.js';

export enum HealthAuthority { DHA = 'DHA', DOH = 'DOH' }
registerEnumType(HealthAuthority, {
  name: 'HealthAuthority',
  description: 'Which health authority of the United Arab Emirates licenses a chamber; claims go through its post office.',
  valuesMap: {
    DHA: { description: 'Dubai Health Authority: eClaimLink.' },
    DOH: { description: 'Department of Health, Abu Dhabi: Shafafiya.' },
  },
});

@ObjectType({ description: 'The licence under which a chamber bills insurers.' })
@Classified('practice')
export class FacilityLicence {
  @Field(() => UuidScalar, { description: 'Id of the chamber.' })
  chamberId: string;

  @Field(() => HealthAuthority, { description: 'Who licensed it.' })
  authority: HealthAuthority;

  @Field({ description: 'Its number: SenderID, ProviderID and FacilityID in claims.' })
  licence: string;

  @Field(() => Int, { description: 'Counts the edits.' })
  version: number;
}

@InputType({ description: 'The licence under which a chamber bills insurers.' })
export class SetFacilityLicenceInput {
  @Field(() => UuidScalar, { description: 'Id of the chamber.' })
  chamberId: string;

  @Field(() => Int, { defaultValue: 0, description: 'The `version` that was read, 0 when there was none; another one answers CONFLICT.' })
  version: number;

  @Field(() => HealthAuthority, { description: 'Who licensed it.' })
  authority: HealthAuthority;

  @Field({ description: 'Its number: two to thirty letters, digits, dashes and slashes. Reason of a fault: WRONG_FORMAT.' })
  licence: string;
}
