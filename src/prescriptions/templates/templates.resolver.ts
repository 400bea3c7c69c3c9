import { Args, Int, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { Can } from '../../platform/access/can.decorator.js';
import { Classified } from '../../platform/access/classification.js';
import type { Ctx } from '../../platform/context/ctx.js';
import { CurrentCtx } from '../../platform/context/request-context.js';
import { UuidScalar } from '../../platform/graphql/scalars.js';
import { TemplateKind } from './template.enums.js';
import { EditTemplateInput, KeepTemplateInput } from './template.inputs.js';
import { PrescriptionTemplate, TemplateContent, toTemplateContent } from './template.model.js';
import { TemplatesService } from './templates.service.js';

const MOST = 'A member keeps 200 templates, 500 medicines, and 300 lines each of advice and investigations.';

@Resolver(() => PrescriptionTemplate)
export class TemplatesResolver {
  constructor(private readonly templates: TemplatesService) {}

  @Query(() => [PrescriptionTemplate], { description: 'What a member keeps to prescribe it again, what is used most first. Needs prescriptions:write; another member’s are listed for whoever writes prescriptions in a chamber in which that one signs them, and none for anybody else.' })
  @Can('prescriptions:write')
  prescriptionTemplates(@CurrentCtx() ctx: Ctx, @Args('memberId', { type: () => UuidScalar, nullable: true, description: 'Whose; the caller’s unless told.' }) memberId?: string,
    @Args('kind', { type: () => TemplateKind, nullable: true, description: 'Of which kind; all unless told.' }) kind?: TemplateKind): Promise<PrescriptionTemplate[]> {
    return this.templates.list(ctx, memberId ?? null, kind ?? null);
  }

  @ResolveField(() => TemplateContent, { description: 'What it puts into a draft. Needs prescriptions:read.' })
  @Can('prescriptions:read')
  @Classified('prescription')
  content(@Parent() { kept }: PrescriptionTemplate): TemplateContent {
    return toTemplateContent(kept);
  }

  @Mutation(() => PrescriptionTemplate, { description: `Keeps a template or a favourite for the caller. ${MOST} Needs prescriptions:write and prescriptions:read. Errors: NOT_FOUND, FORBIDDEN, BAD_USER_INPUT (all faults at once; TOO_MANY), CONFLICT (the idempotency key was used for another request).` })
  @Can('prescriptions:write', 'CREATED')
  keepTemplate(@CurrentCtx() ctx: Ctx, @Args('input', { description: 'What to keep.' }) input: KeepTemplateInput): Promise<PrescriptionTemplate> {
    return this.templates.keep(ctx, input);
  }

  @Mutation(() => PrescriptionTemplate, { description: 'Writes a template or favourite of the caller anew. Needs prescriptions:write and prescriptions:read. Errors: NOT_FOUND (somebody else’s too), FORBIDDEN, BAD_USER_INPUT (all faults at once), CONFLICT (another version).' })
  @Can('prescriptions:write', 'UPDATED')
  editTemplate(@CurrentCtx() ctx: Ctx, @Args('input', { description: 'What it is to hold.' }) input: EditTemplateInput): Promise<PrescriptionTemplate> {
    return this.templates.edit(ctx, input);
  }

  @Mutation(() => Boolean, { description: 'Deletes a template or favourite of the caller; true. Needs prescriptions:write and prescriptions:read. Errors: NOT_FOUND (somebody else’s too), FORBIDDEN, CONFLICT (another version).' })
  @Can('prescriptions:write', 'DELETED')
  deleteTemplate(@CurrentCtx() ctx: Ctx, @Args('id', { type: () => UuidScalar, description: 'Id of the template.' }) id: string,
    @Args('version', { type: () => Int, description: 'The `version` that was read; another one answers CONFLICT.' }) version: number): Promise<boolean> {
    return this.templates.delete(ctx, id, version);
  }
}
