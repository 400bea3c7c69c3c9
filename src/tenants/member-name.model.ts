import { Field, ObjectType } from '@nestjs/graphql';
import { Classified } from '../platform/access/classification.js';
import { UuidScalar } from '../platform/graphql/scalars.js';

@ObjectType({ description: 'A member of the practice, by name: who did something. The names are read only when asked for.' })
@Classified('technical')
export class MemberName {
  @Field(() => UuidScalar, { description: 'Id of the member.' })
  id: string;
}

/** A member by name; null for nobody. */
export const memberName = (id: string | null): MemberName | null => (id === null ? null : { id });
