import { Args, Int, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { Patient } from '../../patients/patient.model.js';
import { Can } from '../../platform/access/can.decorator.js';
import { Classified } from '../../platform/access/classification.js';
import type { Ctx } from '../../platform/context/ctx.js';
import { CurrentCtx } from '../../platform/context/request-context.js';
import { type Page, PageArgs, pageOf } from '../../platform/graphql/connection.js';
import { listOf } from '../../platform/graphql/cost.js';
import { UuidScalar } from '../../platform/graphql/scalars.js';
import { ClaimsArgs, CloseClaimInput, EditClaimInput, MOST_DIAGNOSES, MakeClaimInput, ResubmitClaimInput } from './claim.inputs.js';
import { Claim, ClaimConnection, ClaimFault, ClaimLine, toClaim, toClaimLine } from './claim.model.js';
import { ClaimsReader } from './claims.reader.js';
import { ClaimsService } from './claims.service.js';

const ID = { type: () => UuidScalar, description: 'Id of the claim.' };
const VERSION = { type: () => Int, description: 'The `version` that was read; another one answers CONFLICT.' };
const ERRORS = 'Errors: NOT_FOUND, FORBIDDEN, CONFLICT (STALE_VERSION, CLAIM_STATUS';

@Resolver(() => Patient)
export class PatientClaimsResolver {
  constructor(private readonly reader: ClaimsReader) {}

  @ResolveField(() => ClaimConnection, { nullable: true, description: 'The insurance claims, those made last first. Needs payments:take; without it this field alone is null, with an error FORBIDDEN, and the rest is answered.' })
  @Can('payments:take')
  @Classified('billing')
  async claims(@CurrentCtx() ctx: Ctx, @Parent() { id }: Patient, @Args() args: PageArgs): Promise<Page<Claim>> {
    return pageOf((await this.reader.pageOf(ctx, id, args)).map(toClaim), args, () => this.reader.countOf(ctx, id));
  }
}

@Resolver(() => Claim)
export class ClaimsResolver {
  constructor(
    private readonly service: ClaimsService,
    private readonly reader: ClaimsReader,
  ) {}

  @Query(() => Claim, { description: 'One claim. Needs payments:take in its chamber. Errors: NOT_FOUND, FORBIDDEN.' })
  @Can('payments:take')
  async claim(@CurrentCtx() ctx: Ctx, @Args('id', ID) id: string): Promise<Claim> {
    return toClaim(await this.reader.get(ctx, id));
  }

  @Query(() => ClaimConnection, { description: 'The claims of a chamber, the last made first. Needs finances:read in the chamber. Errors: FORBIDDEN.' })
  @Can('finances:read')
  async claims(@CurrentCtx() ctx: Ctx, @Args() args: ClaimsArgs): Promise<Page<Claim>> {
    return pageOf((await this.reader.page(ctx, args)).map(toClaim), args, () => this.reader.count(ctx, args));
  }

  @ResolveField(() => [ClaimLine], { complexity: listOf(100), description: 'Its lines, in the order of the invoice. Needs payments:take.' })
  @Can('payments:take')
  @Classified('billing')
  async lines(@CurrentCtx() ctx: Ctx, @Parent() { id, net }: Claim): Promise<ClaimLine[]> {
    return (await this.reader.lines(ctx, id)).map((line) => toClaimLine(net.currency, line));
  }

  @ResolveField(() => [String], { complexity: listOf(MOST_DIAGNOSES), description: 'Codes of ICD-10, the principal one first. Needs patients:read-clinical.' })
  @Can('patients:read-clinical')
  @Classified('clinical')
  diagnoses(@CurrentCtx() ctx: Ctx, @Parent() { id }: Claim): Promise<string[]> {
    return this.reader.diagnoses(ctx, id);
  }

  @ResolveField(() => [ClaimFault], { complexity: listOf(100), description: 'What is missing before it can be sent, or not as it must be, as it stands now: licences, identifiers, codes, diagnoses; each with its place. Needs payments:take.' })
  @Can('payments:take')
  @Classified('billing')
  faults(@CurrentCtx() ctx: Ctx, @Parent() { id }: Claim): Promise<ClaimFault[]> {
    return this.reader.faults(ctx, id);
  }

  @Mutation(() => Claim, { description: 'Claims of a payer what a policy covers of an invoice: all but the patient’s co-payment, and no more than is due. The payer owes it from now on instead of the patient. Needs payments:take in the chamber of the invoice; to tell diagnoses, patients:read-clinical. Errors: NOT_FOUND, FORBIDDEN, BAD_USER_INPUT (all faults at once), CONFLICT (NOTHING_TO_CLAIM, BOOKS_CLOSED, KEY_USED).' })
  @Can('payments:take', 'CREATED')
  async makeClaim(@CurrentCtx() ctx: Ctx, @Args('input', { description: 'Of which invoice, by which policy.' }) input: MakeClaimInput): Promise<Claim> {
    return toClaim(await this.service.make(ctx, input));
  }

  @Mutation(() => Claim, { description: `Changes a draft. Needs payments:take in its chamber; to tell diagnoses, patients:read-clinical. ${ERRORS}), BAD_USER_INPUT (all faults at once).` })
  @Can('payments:take', 'UPDATED')
  async editClaim(@CurrentCtx() ctx: Ctx, @Args('input', { description: 'What changes.' }) input: EditClaimInput): Promise<Claim> {
    return toClaim(await this.service.edit(ctx, input));
  }

  @Mutation(() => Claim, { description: `Says that a draft is to be sent with the next file. Needs payments:take in its chamber. ${ERRORS}, CLAIM_FAULTY).` })
  @Can('payments:take', 'UPDATED')
  async readyClaim(@CurrentCtx() ctx: Ctx, @Args('id', ID) id: string, @Args('version', VERSION) version: number): Promise<Claim> {
    return toClaim(await this.service.ready(ctx, { id, version }));
  }

  @Mutation(() => Claim, { description: `Takes a claim that is ready back to edit it. Needs payments:take in its chamber. ${ERRORS}).` })
  @Can('payments:take', 'UPDATED')
  async reopenClaim(@CurrentCtx() ctx: Ctx, @Args('id', ID) id: string, @Args('version', VERSION) version: number): Promise<Claim> {
    return toClaim(await this.service.reopen(ctx, { id, version }));
  }

  @Mutation(() => Claim, { description: `Gives up a claim that was never sent: the patient owes all again. Needs payments:take in its chamber. ${ERRORS}, BOOKS_CLOSED).` })
  @Can('payments:take', 'UPDATED')
  async discardClaim(@CurrentCtx() ctx: Ctx, @Args('id', ID) id: string, @Args('version', VERSION) version: number): Promise<Claim> {
    return toClaim(await this.service.discard(ctx, { id, version }));
  }

  @Mutation(() => Claim, { description: `Prepares a claim to be sent anew: a correction of one that was denied is a draft again, a complaint of what was not paid is ready. Needs payments:take in its chamber. ${ERRORS}), BAD_USER_INPUT.` })
  @Can('payments:take', 'UPDATED')
  async resubmitClaim(@CurrentCtx() ctx: Ctx, @Args('input', { description: 'How.' }) input: ResubmitClaimInput): Promise<Claim> {
    return toClaim(await this.service.resubmit(ctx, input));
  }

  @Mutation(() => Claim, { description: `Ends a claim of which the payer did not pay all: the rest is written off, or the patient owes it. Needs finances:manage in its chamber. ${ERRORS}, BOOKS_CLOSED, KEY_USED), BAD_USER_INPUT.` })
  @Can('finances:manage', 'UPDATED')
  async closeClaim(@CurrentCtx() ctx: Ctx, @Args('input', { description: 'What becomes of the rest.' }) input: CloseClaimInput): Promise<Claim> {
    return toClaim(await this.service.close(ctx, input));
  }
}
