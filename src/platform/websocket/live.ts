import { setTimeout as delay } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import type { Ctx } from '../context/ctx.js';
import { Listener } from '../database/listener.js';

/** What comes together within this time is one event. */
const GATHER_MS = 50;

/** One event of a subscription: a context of its own, and how to read what it shows. */
export interface LiveEvent<T> {
  ctx: Ctx;
  load: () => Promise<T>;
}

/** Makes subscriptions that show a state: as it is at once, and anew whenever one of their topics is told. */
@Injectable()
export class Live {
  constructor(private readonly listener: Listener) {}

  /**
   * The events of a subscription, for its resolver to return. `load` reads the state anew each time, in the event's own
   * context, so that each is checked and recorded; `version` is 1 and grows by one. While an event is on its way, however
   * many notifications make one more.
   */
  of<T>(ctx: Ctx, topics: readonly string[], load: (ctx: Ctx, version: number) => Promise<T>): AsyncIterableIterator<LiveEvent<T>> {
    return new LiveEvents(ctx, this.listener, topics, load);
  }
}

// Not a generator: the end of one would wait for the notification for which it waits.
class LiveEvents<T> implements AsyncIterableIterator<LiveEvent<T>> {
  readonly #deaf: () => void;
  #due = true;
  #ended = false;
  #version = 0;
  #stir: () => void = () => undefined;

  constructor(
    private readonly ctx: Ctx,
    listener: Listener,
    topics: readonly string[],
    private readonly load: (ctx: Ctx, version: number) => Promise<T>,
  ) {
    this.#deaf = listener.on(topics, () => {
      this.#due = true;
      this.#stir();
    });
  }

  async next(): Promise<IteratorResult<LiveEvent<T>>> {
    while (!this.#due && !this.#ended) await new Promise<void>((resolve) => (this.#stir = resolve));
    if (this.#version > 0 && !this.#ended) await delay(GATHER_MS);
    if (this.#ended) return this.return();
    this.#due = false;
    const version = ++this.#version;
    const ctx = this.ctx.forNextEvent();
    return { done: false, value: { ctx, load: () => this.load(ctx, version) } };
  }

  async return(): Promise<IteratorResult<LiveEvent<T>>> {
    this.#ended = true;
    this.#deaf();
    this.#stir();
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
