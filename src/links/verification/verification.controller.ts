import { randomUUID } from 'node:crypto';
import { Body, Controller, Get, Header, HttpStatus, Param, Post, Query, Req, Res, UseFilters } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ByLink } from '../../platform/access/can.decorator.js';
import type { Ctx } from '../../platform/context/ctx.js';
import { CurrentCtx } from '../../platform/context/request-context.js';
import { plainDecimal } from '../../platform/decimal.js';
import { DomainError, ErrorCode } from '../../platform/errors.js';
import { PaperService } from './paper.service.js';
import { type FormFaults, type FormState, type PageLanguage, VERIFICATION_POLICY, codePage, confirmPage, faultText, paperPage, quantityField } from './verification-page.js';
import { VerificationPageFilter, withPage } from './verification-page.filter.js';
import type { RecordDispensingInput } from './verification.model.js';
import { BECAUSE } from './verification.resolver.js';

const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;
const HTML = 'text/html; charset=utf-8';

/** Verifying a paper, and recording what was handed out, for a browser without scripts. */
@Controller('rx')
@UseFilters(VerificationPageFilter)
export class VerificationController {
  constructor(private readonly papers: PaperService) {}

  /** A page that asks for the code, or leads to what it opens; `language` is en or bn, what the browser prefers unless told. */
  @Get()
  @ByLink(BECAUSE)
  @Header('content-security-policy', VERIFICATION_POLICY)
  code(@Req() request: FastifyRequest, @Query('code') code: unknown, @Query('language') wanted: unknown, @Res({ passthrough: true }) reply: FastifyReply): string | undefined {
    const language = languageOf(wanted, request);
    if (typeof code === 'string' && code) return leadTo(reply, `rx/${encodeURIComponent([...code.trim()].slice(0, 100).join(''))}?language=${language}`);
    return shown(reply, codePage(language));
  }

  /** Whether a paper is genuine, and a form for what is handed out of it. */
  @Get(':code')
  @ByLink(BECAUSE)
  @Header('content-type', HTML)
  @Header('content-security-policy', VERIFICATION_POLICY)
  async page(@CurrentCtx() ctx: Ctx, @Param('code') code: string, @Query('language') wanted: unknown, @Query('recorded') recorded: unknown, @Req() request: FastifyRequest): Promise<string> {
    return paperPage(languageOf(wanted, request), await this.papers.verify(ctx, code), emptyForm(), recorded === '1');
  }

  /** Takes the form: shows it once more to be confirmed, then records it and leads back. What is wrong is told in its place, as 422. */
  @Post(':code')
  @ByLink(BECAUSE, 'CREATED')
  @Header('content-security-policy', VERIFICATION_POLICY)
  async take(@CurrentCtx() ctx: Ctx, @Param('code') code: string, @Query('language') wanted: unknown, @Body() body: unknown, @Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<string | undefined> {
    const language = languageOf(wanted, request);
    const fields = new Map(Object.entries(Object(body) as object).filter((field): field is [string, string] => typeof field[1] === 'string'));
    const { input, form } = read(code, fields);
    try {
      if (fields.get('step') !== 'record') return shown(reply, confirmPage(language, await this.papers.check(ctx, input), form));
      await this.papers.record(ctx, input);
    } catch (error) {
      const faults = faultsIn(error, input);
      if (!faults) throw error;
      const key = error instanceof DomainError && error.details['reason'] === 'KEY_USED' ? randomUUID() : form.key;
      throw withPage(error as Error, paperPage(language, await this.papers.verify(ctx, code), { ...form, key, faults }, false));
    }
    return leadTo(reply, `?language=${language}&recorded=1`);
  }
}

function shown(reply: FastifyReply, page: string): string {
  void reply.code(HttpStatus.OK).type(HTML);
  return page;
}

function leadTo(reply: FastifyReply, location: string): undefined {
  void reply.code(HttpStatus.SEE_OTHER).header('location', location);
}

const languageOf = (wanted: unknown, request: FastifyRequest): PageLanguage =>
  wanted === 'en' || wanted === 'bn' ? wanted : /^\s*bn\b/i.test(request.headers['accept-language'] ?? '') ? 'bn' : 'en';

const emptyForm = (): FormState => ({ key: randomUUID(), values: new Map(), faults: new Map() });

// What cannot be read as an amount is none that is possible.
const UNREADABLE = '-1';

function read(code: string, fields: ReadonlyMap<string, string>): { input: RecordDispensingInput; form: FormState } {
  const key = fields.get('key') ?? '';
  const values = new Map([...fields].filter(([name]) => /^(pharmacy|pharmacist|quantity-[\da-f-]{36})$/.test(name)).map(([name, value]) => [name, value.trim()]));
  const items = [...values].filter(([name, value]) => name.startsWith('quantity-') && value).map(([name, value]) => ({ itemId: name.slice('quantity-'.length), quantity: plainDecimal(value) ?? UNREADABLE }));
  for (const { itemId, quantity } of items) if (quantity !== UNREADABLE) values.set(quantityField(itemId), quantity);
  const idempotencyKey = UUID.test(key) ? key : randomUUID();
  return { input: { code, idempotencyKey, pharmacy: values.get('pharmacy') ?? '', pharmacist: values.get('pharmacist') ?? '', items }, form: { key: idempotencyKey, values, faults: new Map() } };
}

/** What is wrong with which field; undefined for what is no fault of the form. */
function faultsIn(error: unknown, { items }: RecordDispensingInput): FormFaults | undefined {
  if (!(error instanceof DomainError) || ![ErrorCode.BAD_USER_INPUT, ErrorCode.CONFLICT].includes(error.code)) return undefined;
  if (!error.details.faults) return new Map([['', faultText.over]]);
  return new Map(error.details.faults.map(({ path: [, field, index], reason, params }) => {
    const name = field === 'items' ? (index === undefined ? '' : quantityField(items[Number(index)]!.itemId)) : field === 'idempotencyKey' ? '' : field!;
    const text = { EMPTY: field === 'items' ? faultText.nothing : faultText.needed, MORE_THAN_LEFT: faultText.tooMuch(String(params?.['left'])), USED_FOR_ANOTHER_REQUEST: faultText.again }[reason as string] ?? faultText.wrong;
    return [name, text] as const;
  }));
}
