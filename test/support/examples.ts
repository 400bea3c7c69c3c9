import { on, once } from 'node:events';
import { readFileSync } from 'node:fs';
import { request as send } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { Authenticator } from './authenticator.js';
import { codeOf } from './factors.js';
import { WebSocket } from 'ws';

/** One HTTP exchange that a page shows: what is sent, and the answer it promises. */
export interface Example {
  /** For messages: the page and the line on which the example begins. */
  place: string;
  /** Whether it is sent again until its answer is the promised one. */
  again: boolean;
  method: string;
  path: string;
  headers: Record<string, string>;
  body: string;
  answer: { status?: number; headers?: Record<string, string>; body: unknown };
  /** What goes over the WebSocket that the request asks for, in order. */
  conversation?: Array<{ sent: boolean; text: string }>;
}

interface Block {
  line: number;
  info: string;
  text: string;
}

/**
 * The examples of a Markdown page, in order. A `graphql` block is an operation; `json headers` and `json variables` may
 * follow it, `json answer` must; a `graphql again` block is asked again until it is answered so. An `http` block is a raw request, and `http answer` must follow it. A `websocket` block
 * asks for a WebSocket; then what follows `>` is sent, and what follows `<` must come. Other blocks are not examples.
 */
export function examplesOf(page: string): Example[] {
  const blocks = blocksOf(readFileSync(page, 'utf8')).filter(({ info }) => /^(graphql( again)?|json (headers|variables|answer)|http( answer)?|websocket)$/.test(info));
  const examples: Example[] = [];
  while (blocks.length > 0) {
    const block = blocks.shift()!;
    const place = `${page}:${block.line}`;
    if (block.info.startsWith('graphql')) examples.push(operation(place, block, blocks));
    else if (block.info === 'http') examples.push(exchange(place, block, blocks));
    else if (block.info === 'websocket') examples.push(conversation(place, block));
    else throw new Error(`${place}: "${block.info}" does not belong to any request`);
  }
  return examples;
}

/** The fenced blocks of a Markdown text. */
export function blocksOf(markdown: string): Block[] {
  const blocks: Block[] = [];
  let open: Block | undefined;
  for (const [index, line] of markdown.split('\n').entries()) {
    if (!line.startsWith('```')) {
      if (open) open.text += `${line}\n`;
    } else if (open) {
      blocks.push(open);
      open = undefined;
    } else {
      open = { line: index + 1, info: line.slice(3).trim(), text: '' };
    }
  }
  if (open) throw new Error(`the block on line ${open.line} has no end`);
  return blocks;
}

function operation(place: string, { text, info }: Block, following: Block[]): Example {
  const take = (info: string): string | undefined => (following[0]?.info === info ? following.shift()!.text : undefined);
  const headers = JSON.parse(take('json headers') ?? '{}') as Record<string, string>;
  const variables = JSON.parse(take('json variables') ?? '{}') as object;
  const answer = take('json answer');
  if (answer === undefined) throw new Error(`${place}: the operation has no answer`);
  return {
    place, again: info === 'graphql again', method: 'POST', path: '/graphql', headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query: text, variables }), answer: { body: JSON.parse(answer) },
  };
}

function exchange(place: string, { text }: Block, following: Block[]): Example {
  const { first, headers, body } = message(text);
  const [, method, path] = /^(GET|POST|PUT|OPTIONS) (\S+)$/.exec(first) ?? [];
  const answer = following[0]?.info === 'http answer' ? message(following.shift()!.text) : undefined;
  if (!method || !path || !answer) throw new Error(`${place}: the request is not understood or has no answer`);
  return { place, again: false, method, path, headers, body: body.trim(), answer: { status: Number(answer.first), headers: answer.headers, body: parsed(answer.body) } };
}

function conversation(place: string, { text }: Block): Example {
  const { first, headers, body } = message(text);
  const [, path] = /^GET (\S+)$/.exec(first) ?? [];
  const messages = body.trim().split(/^(?=[<>] )/m).map((line) => ({ sent: line.startsWith('>'), text: line.slice(2).trim() }));
  if (!path || !messages.some(({ sent }) => !sent)) throw new Error(`${place}: the WebSocket is not understood, or nothing comes over it`);
  return { place, again: false, method: 'GET', path, headers, body: '', answer: { body: undefined }, conversation: messages };
}

function message(text: string): { first: string; headers: Record<string, string>; body: string } {
  const [head = '', ...rest] = text.split('\n\n');
  const [first = '', ...lines] = head.trim().split('\n');
  const headers: Record<string, string> = {};
  for (const [name, value] of lines.map((line) => line.split(/: (.*)/s, 2) as [string, string])) headers[name] = headers[name] === undefined ? value : `${headers[name]}\n${value}`;
  return { first, headers, body: rest.join('\n\n') };
}

/** An answer is JSON, or else text. */
// A line of CSV ends with CR LF, one of a document with LF.
const parsed = (text: string): unknown => (text.trim() === '' ? undefined : /^[[{]/.test(text.trim()) ? JSON.parse(text) : text.trim().replaceAll('\r\n', '\n'));

type Made = 'codeOf' | 'nextCodeOf' | 'answerTo';

const ATTEMPTS = 600;
const PAUSE_MS = 50;

/**
 * Sends examples to a server one after the other. `{{name}}` stands for a value that an earlier answer had in that place,
 * `{{codeOf secret}}` and `{{nextCodeOf secret}}` for what an app shows for such a value, now and half a minute later, and
 * `{{answerTo options}}` for what a browser's passkey answers to it.
 */
export class ExampleRunner {
  readonly values = new Map<string, string>();

  /** The body of the last answer, byte by byte. */
  received: Buffer = Buffer.alloc(0);

  readonly #passkey = new Authenticator('https://clinic.example');

  constructor(private readonly origin: string) {}

  /** Sends one example; throws unless the answer is the promised one. Headers that the page does not promise may be there. */
  async run(example: Example): Promise<void> {
    if (example.conversation) return this.#converse(example, example.conversation);
    for (let left = example.again ? ATTEMPTS : 1; ; left--) {
      try {
        return await this.#once(example);
      } catch (error) {
        if (left === 1) throw error;
        await delay(PAUSE_MS);
      }
    }
  }

  async #converse({ place, path, headers }: Example, messages: Array<{ sent: boolean; text: string }>): Promise<void> {
    const url = Object.assign(new URL(path, this.origin), { protocol: 'ws:' });
    const socket = new WebSocket(url, 'graphql-transport-ws', { headers: { 'user-agent': 'example', ...this.#allFilled(headers) } });
    const coming = on(socket, 'message', { close: ['close'] });
    await once(socket, 'open');
    for (const { sent, text } of messages) {
      if (sent) {
        socket.send(JSON.stringify(JSON.parse(this.#filled(text))));
        continue;
      }
      const { value } = (await coming.next()) as { value?: [Buffer] };
      const got: unknown = value && JSON.parse(value[0].toString());
      try {
        expect(got).toEqual(this.#promised(JSON.parse(text), got));
      } catch (error) {
        throw new Error(`${place}: ${error instanceof Error ? error.message : String(error)}\nWhat came was: ${JSON.stringify(got)}`, { cause: error });
      }
    }
    socket.close();
    await once(socket, 'close');
  }

  #allFilled(headers: Record<string, string>): Record<string, string> {
    return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, this.#filled(value)]));
  }

  async #once({ place, method, path, headers, body, answer }: Example): Promise<void> {
    const got = await this.#send(method, this.#filled(path), headers, this.#filled(body));
    try {
      if (answer.status !== undefined) expect(got.status).toBe(answer.status);
      for (const [name, value] of Object.entries(answer.headers ?? {})) this.#match(value, got.headers[name]);
      if (answer.body !== undefined) expect(got.body).toEqual(this.#promised(answer.body, got.body));
    } catch (error) {
      throw new Error(`${place}: ${error instanceof Error ? error.message : String(error)}\nThe answer was: ${JSON.stringify(got.body)}`, { cause: error });
    }
  }

  #send(method: string, path: string, headers: Record<string, string>, body: string): Promise<{ status: number; headers: Record<string, string>; body: unknown }> {
    const filled = this.#allFilled(headers);
    return new Promise((resolve, reject) => {
      const request = send(new URL(path, this.origin), { method, headers: { 'user-agent': 'example', ...filled }, agent: false }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk)).on('end', () => {
          this.received = Buffer.concat(chunks);
          const entries = Object.entries(response.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join('\n') : String(value)] as const);
          resolve({ status: response.statusCode!, headers: Object.fromEntries(entries), body: parsed(this.received.toString()) });
        });
      }).on('error', reject);
      request.end(body);
    });
  }

  #filled(text: string): string {
    return text.replace(/\{\{(?:(codeOf|nextCodeOf|answerTo) )?(\w+)\}\}/g, (_, made: Made | undefined, name: string) => {
      const value = this.values.get(name);
      if (value === undefined) throw new Error(`{{${name}}} was in no earlier answer`);
      return made ? this.#made(made, value) : value;
    });
  }

  #made(made: Made, value: string): string {
    if (made !== 'answerTo') return codeOf(value, made === 'nextCodeOf' ? 1 : 0);
    const answer = 'rp' in (JSON.parse(value) as object) ? this.#passkey.create(value) : this.#passkey.get(value);
    // It stands within a text of JSON.
    return JSON.stringify(answer).slice(1, -1);
  }

  /** The promised answer, with each new placeholder taking what the answer has in its place. */
  #promised(promised: unknown, got: unknown): unknown {
    if (typeof promised === 'string') return typeof got === 'string' ? this.#match(promised, got) : promised;
    if (promised === null || typeof promised !== 'object') return promised;
    if (Array.isArray(promised)) return promised.map((item, index) => this.#promised(item, (got as unknown[] | undefined)?.[index]));
    return Object.fromEntries(Object.entries(promised).map(([key, value]) => [key, this.#promised(value, (got as Record<string, unknown> | undefined)?.[key])]));
  }

  #match(promised: string, got: string | undefined): string {
    const names: string[] = [];
    const pattern = promised.split(/\{\{(\w+)\}\}/).map((part, index) => {
      if (index % 2 === 0) return part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
      const known = this.values.get(part);
      if (known !== undefined) return known.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
      names.push(part);
      return '([^\\n]+?)';
    }).join('');
    const found = new RegExp(`^${pattern}$`).exec(got ?? '');
    if (!found) {
      expect(got).toBe(promised);
      return promised;
    }
    names.forEach((name, index) => this.values.set(name, found[index + 1]!));
    return got!;
  }
}
