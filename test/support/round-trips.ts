import pg from 'pg';

/** What one use of a connection sent: whose connection, and how many statements travelled together. */
export interface RoundTrip {
  connection: string;
  statements: number;
}

/** Runs `work` and gives every round trip that this process made to the database meanwhile, but for those of background work, which come at their own time. */
export async function roundTripsOf(work: () => Promise<unknown>): Promise<RoundTrip[]> {
  const trips: RoundTrip[] = [];
  const query = pg.Client.prototype.query as (this: pg.Client, ...args: unknown[]) => unknown;
  const spy = jest.spyOn(pg.Client.prototype, 'query').mockImplementation(function (this: pg.Client & { connectionParameters: { application_name: string } }, ...args: unknown[]) {
    const { statements } = args[0] as { statements?: unknown[] };
    trips.push({ connection: this.connectionParameters.application_name, statements: statements?.length ?? 1 });
    return query.apply(this, args);
  });
  try {
    await work();
  } finally {
    spy.mockRestore();
  }
  return trips.filter(({ connection }) => connection !== 'sinduk jobs');
}

/** The round trips for the application's own data; keys are fetched once a minute, whenever that is. */
export const toTheApp = (trips: readonly RoundTrip[]): RoundTrip[] => trips.filter(({ connection }) => connection === 'sinduk app');
