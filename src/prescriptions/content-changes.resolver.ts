import { Parent, ResolveField, Resolver } from '@nestjs/graphql';
import { Can } from '../platform/access/can.decorator.js';
import { Classified } from '../platform/access/classification.js';
import type { Ctx } from '../platform/context/ctx.js';
import { CurrentCtx } from '../platform/context/request-context.js';
import { PrescriptionChange, toPrescriptionChange } from './content-change.model.js';
import { contentChanges } from './content-changes.js';
import { Prescription } from './prescription.model.js';
import { PrescriptionsReader } from './prescriptions.reader.js';

@Resolver(() => Prescription)
export class ContentChangesResolver {
  constructor(private readonly reader: PrescriptionsReader) {}

  @ResolveField(() => [PrescriptionChange], { nullable: true, description: 'What differs from the version that it amends, to be read, in the order of a prescription; none while both say the same. Null for one that amends none. Needs prescriptions:read.' })
  @Can('prescriptions:read')
  @Classified('prescription')
  async changes(@CurrentCtx() ctx: Ctx, @Parent() { amendsId, content }: Prescription): Promise<PrescriptionChange[] | null> {
    if (!amendsId) return null;
    const amended = await this.reader.get(ctx, amendsId);
    return contentChanges(amended.content, content).map(toPrescriptionChange);
  }
}
