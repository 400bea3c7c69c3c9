import { createHash } from 'node:crypto';
import pg from 'pg';
import utils from 'pg/lib/utils.js';
import { traced } from '../telemetry/tracing.js';

/** One SQL statement with its parameters. The text must be constant: it is prepared once per connection under a name. */
export interface Statement {
  text: string;
  values?: unknown[];
}

export type Row = Record<string, unknown>;

/**
 * One of the ids in a parameter, for `where id = …`. The sub-select keeps their number from the planner: a plan made for the few ids of one execution always looks cheaper
 * than the one that is kept, so that every execution would be planned anew.
 */
export const oneOf = (parameter: string): string => `any ((select ${parameter}::uuid[])::uuid[])`;

interface Field {
  name: string;
  dataTypeID: number;
  format: 'text' | 'binary';
}

interface Connection {
  stream: { cork(): void; uncork(): void };
  parse(message: { name: string; text: string }): void;
  bind(message: { portal: string; statement: string; values: unknown[]; valueMapper: (value: unknown) => unknown }): void;
  describe(message: { type: 'P'; name: string }): void;
  execute(message: { portal: string; rows: number }): void;
  close(message: { type: 'S'; name: string }): void;
  sync(): void;
  sendCopyFail(message: string): void;
}

interface Prepared {
  /** False after an error that left it open whether the server kept the statement. */
  certain: boolean;
  columns: Array<{ name: string; parse: (text: string) => unknown }> | undefined;
}

/** How many statements stay prepared on one connection: each takes memory of the database server, and filters can be combined in thousands of texts. */
export const MOST_PREPARED = 500;

const preparedOn = new WeakMap<Connection, Map<string, Prepared>>();
const names = new Map<string, string>();

const nameOf = (text: string): string => {
  let name = names.get(text);
  if (!name) {
    name = `sinduk_${createHash('sha256').update(text).digest('hex').slice(0, 24)}`;
    names.set(text, name);
  }
  return name;
};

// Before the group's own statements: after an error among them the server would skip this.
const forgetOldest = (connection: Connection, known: Map<string, Prepared>): void => {
  for (const name of known.keys()) {
    if (known.size <= MOST_PREPARED) return;
    connection.close({ type: 'S', name });
    known.delete(name);
  }
};

/**
 * Several prepared statements that travel together and end in one Sync, so that they cost one round trip. Outside a
 * transaction PostgreSQL runs them as one (all or nothing); inside BEGIN … COMMIT they are part of it. Submit it with
 * `client.query(group)`; `rows[i]` are the rows of statement i. After the first error the rest is skipped.
 */
export class StatementGroup {
  readonly rows: Row[][];
  callback!: (error: Error | undefined, group?: StatementGroup) => void;
  #at = 0;
  #prepared: Prepared[] = [];
  #failure: Error | undefined;

  constructor(private readonly statements: readonly Statement[]) {
    this.rows = statements.map(() => []);
  }

  submit(connection: Connection): void {
    let known = preparedOn.get(connection);
    if (!known) preparedOn.set(connection, (known = new Map<string, Prepared>()));
    connection.stream.cork();
    try {
      forgetOldest(connection, known);
      for (const { text, values = [] } of this.statements) {
        const name = nameOf(text);
        let prepared = known.get(name);
        if (!prepared?.certain) {
          if (prepared) connection.close({ type: 'S', name });
          connection.parse({ name, text });
          known.set(name, (prepared = { certain: true, columns: undefined }));
        }
        this.#prepared.push(prepared);
        connection.bind({ portal: '', statement: name, values, valueMapper: utils.prepareValue });
        if (!prepared.columns) connection.describe({ type: 'P', name: '' });
        connection.execute({ portal: '', rows: 0 });
      }
    } catch (error) {
      this.#failure = error as Error;
      this.#doubtFrom(0);
    } finally {
      connection.sync();
      connection.stream.uncork();
    }
  }

  handleRowDescription({ fields }: { fields: Field[] }): void {
    this.#prepared[this.#at]!.columns = fields.map((field) => ({
      name: field.name,
      parse: pg.types.getTypeParser(field.dataTypeID, 'text') as (text: string) => unknown,
    }));
  }

  handleDataRow({ fields }: { fields: Array<string | null> }): void {
    const columns = this.#prepared[this.#at]!.columns!;
    const row: Row = {};
    for (let i = 0; i < columns.length; i++) {
      const field = fields[i];
      row[columns[i]!.name] = field === null || field === undefined ? null : columns[i]!.parse(field);
    }
    this.rows[this.#at]!.push(row);
  }

  handleCommandComplete(): void {
    this.#prepared[this.#at]!.columns ??= [];
    this.#at++;
  }

  handleEmptyQuery(): void {
    this.#at++;
  }

  handlePortalSuspended(): void {}

  handleCopyInResponse(connection: Connection): void {
    connection.sendCopyFail('COPY is not for a statement group');
  }

  handleCopyData(): void {}

  handleError(error: Error): void {
    this.#doubtFrom(this.#at);
    this.callback(error);
  }

  handleReadyForQuery(): void {
    if (this.#failure) this.callback(this.#failure);
    else this.callback(undefined, this);
  }

  #doubtFrom(index: number): void {
    for (const prepared of this.#prepared.slice(index)) prepared.certain = false;
  }
}

/** Sends the statements in one round trip and gives the rows of each. Rejects with the first error of the server. */
export function runGroup(client: pg.PoolClient, statements: readonly Statement[]): Promise<Row[][]> {
  return traced('postgresql', () => spanAttributes(statements), () => send(client, statements));
}

// The texts are constant, and what they are about travels as parameters, which no trace sees.
const spanAttributes = (statements: readonly Statement[]) => ({
  'db.system.name': 'postgresql', 'db.operation.batch.size': statements.length, 'db.query.text': statements.map(({ text }) => text).join(';\n'),
});

function send(client: pg.PoolClient, statements: readonly Statement[]): Promise<Row[][]> {
  return new Promise((resolve, reject) => {
    const group = new StatementGroup(statements);
    group.callback = (error) => (error ? reject(error) : resolve(group.rows));
    // The driver's own types do not know what it hands to `submit`.
    client.query(group as unknown as pg.Submittable);
  });
}
