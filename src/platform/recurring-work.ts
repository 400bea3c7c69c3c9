/** Work that is done at the start and then again and again, one run after the other. A run that fails is told to `failed`, and the next one comes at its time. */
export class RecurringWork {
  #timer: NodeJS.Timeout | undefined;
  #runs: Promise<void> = Promise.resolve();

  constructor(
    private readonly work: () => Promise<void>,
    private readonly everyMs: number,
    private readonly failed: (error: unknown) => void,
  ) {}

  /** Begins; resolves after the first run. Never rejects. */
  start(): Promise<void> {
    this.#timer = setInterval(() => void this.run(), this.everyMs).unref();
    return this.run();
  }

  /** Does the work now, or after the run that is under way. Never rejects. */
  run(): Promise<void> {
    this.#runs = this.#runs.then(this.work).catch(this.failed);
    return this.#runs;
  }

  /** Ends; resolves after the run that is under way. */
  stop(): Promise<void> {
    clearInterval(this.#timer);
    return this.#runs;
  }
}
