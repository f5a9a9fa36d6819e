import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type DuckDBConnection,
  DuckDBDecimalValue,
  DuckDBInstance,
  type DuckDBResult,
  type DuckDBValueConverter,
  JsonDuckDBValueConverter,
  StatementType,
} from '@duckdb/node-api';
import { FormatError, UnavailableError } from '@zoopraxis/core';
import { projectViews, type QueryTable } from './project-views.js';
import { quoteText } from './quote.js';

/** A value of a result: whole numbers beyond 2^53 as text, dates and times as text; NaN and infinities stay numbers. */
export type QueryValue = null | boolean | number | string | QueryValue[] | { [key: string]: QueryValue };

/** A column of a result. */
export interface QueryColumn {
  readonly name: string;
  /** Type as DuckDB names it, such as `FLOAT`. */
  readonly type: string;
}

/** How a query is run. */
export interface QueryOptions {
  /** Values of `?` (list) or `$name` (by name) in the text. */
  readonly parameters?:
    | readonly (null | boolean | number | string)[]
    | Readonly<Record<string, null | boolean | number | string>>;
  /** Ends the query. */
  readonly signal?: AbortSignal;
}

/** A result whose rows come batch by batch, list of lists in the order of the columns; reading can stop any time. */
export interface QueryResult {
  readonly columns: readonly QueryColumn[];
  batches(): AsyncGenerator<readonly (readonly QueryValue[])[]>;
}

/** All rows of a result, up to a limit. */
export interface QueryRows {
  readonly columns: readonly QueryColumn[];
  readonly rows: readonly (readonly QueryValue[])[];
  /** True where there are more rows than the limit. */
  readonly truncated: boolean;
}

/** A project that is open for queries. */
export interface Queries {
  /** Tables that queries can read, as they were when this was opened. */
  readonly tables: readonly QueryTable[];
  /** Files that are left out, and why. */
  readonly warnings: readonly string[];
  /** Starts one SELECT, and returns its columns and rows as they come. */
  query(sql: string, options?: QueryOptions): Promise<QueryResult>;
  /** Returns the rows of one SELECT, by default at most 10,000. */
  rows(sql: string, options?: QueryOptions & { readonly maximumRows?: number }): Promise<QueryRows>;
  close(): Promise<void>;
}

/** What queries may use of the machine. */
export interface OpenQueriesOptions {
  /** Default 1 GiB; larger intermediate results go to temporary files. */
  readonly memoryBytes?: number;
  /** Default 2. */
  readonly threads?: number;
  /** Default 10 GiB. */
  readonly temporaryBytes?: number;
}

const plainValue: DuckDBValueConverter<QueryValue> = (value, type, converter) => {
  if (typeof value === 'bigint') {
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : String(value);
  }
  if (typeof value === 'number') return value;
  if (value instanceof DuckDBDecimalValue) return value.toDouble();
  return JsonDuckDBValueConverter(value, type, converter as never) as QueryValue;
};

function queryProblem(cause: unknown, tables: readonly QueryTable[]): unknown {
  if (!(cause instanceof Error)) return cause;
  const [first = '', ...rest] = cause.message.split('\n');
  if (first.startsWith('Out of Memory')) {
    return new UnavailableError(`the query needs more memory than it may use: ${first}`, {
      hint: 'Ask for fewer frames or columns, or open the queries with more memoryBytes.',
      cause,
    });
  }
  const names = tables.slice(0, 6).map((table) => table.sqlName);
  return new FormatError({
    format: 'SQL query',
    where: /LINE \d+/.exec(rest.join('\n'))?.[0].toLowerCase() ?? 'the text',
    expected: 'one SELECT over the tables of the project',
    // So the bindings answer a text without any statement.
    found: first === 'Error in native callback' ? '0 statements' : first,
    hint: `Tables: ${names.join(', ')}${tables.length > names.length ? ', ...' : ''}.`,
    cause,
  });
}

/**
 * Opens the tables of a project folder for SQL, in place and only for reading: one SELECT a query, which can read the
 * project's tables and no other file, and can write none (statements of other kinds are refused before they run, access
 * to files is limited to the tables, and the settings are locked).
 *
 * @throws StorageError where the folder is no project.
 */
export async function openQueries(folder: string, options: OpenQueriesOptions = {}): Promise<Queries> {
  const { memoryBytes = 2 ** 30, threads = 2, temporaryBytes = 10 * 2 ** 30 } = options;
  const { statements, files, tables, warnings } = await projectViews(folder);
  const temporary = join(tmpdir(), `zoopraxis-query-${randomBytes(6).toString('hex')}`);
  const instance = await DuckDBInstance.create(':memory:', {
    threads: String(threads),
    memory_limit: `${Math.floor(memoryBytes / 2 ** 20)}MiB`,
    temp_directory: temporary,
    max_temp_directory_size: `${Math.floor(temporaryBytes / 2 ** 20)}MiB`,
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    allow_community_extensions: 'false',
  });
  try {
    const setup = await instance.connect();
    for (const statement of statements) await setup.run(statement);
    await setup.run(`SET allowed_paths = [${files.map(quoteText).join(', ')}]`);
    await setup.run('SET enable_external_access = false');
    await setup.run('SET lock_configuration = true');
    setup.closeSync();
  } catch (error) {
    instance.closeSync();
    throw error;
  }

  /** Runs a text on a connection of its own: results of one connection end as its next query begins. */
  const start = async (
    connection: DuckDBConnection,
    sql: string,
    { parameters }: QueryOptions,
  ): Promise<DuckDBResult> => {
    const extracted = await connection.extractStatements(sql);
    if (extracted.count !== 1) throw new Error(`${extracted.count} statements`);
    const prepared = await extracted.prepare(0);
    if (prepared.statementType !== StatementType.SELECT) {
      throw new Error(`a statement of kind ${StatementType[prepared.statementType]}`);
    }
    if (parameters !== undefined) prepared.bind(parameters as never);
    return prepared.stream();
  };

  const query = async (sql: string, queryOptions: QueryOptions = {}): Promise<QueryResult> => {
    const { signal } = queryOptions;
    signal?.throwIfAborted();
    const connection = await instance.connect();
    const interrupt = (): void => connection.interrupt();
    signal?.addEventListener('abort', interrupt, { once: true });
    const finish = (): void => {
      signal?.removeEventListener('abort', interrupt);
      connection.closeSync();
    };
    const explained = (cause: unknown): unknown => (signal?.aborted ? signal.reason : queryProblem(cause, tables));
    let result: DuckDBResult;
    try {
      result = await start(connection, sql, queryOptions);
    } catch (cause) {
      finish();
      throw explained(cause);
    }
    const columns = result.deduplicatedColumnNames().map((name, i) => ({ name, type: String(result.columnType(i)) }));
    return {
      columns,
      async *batches() {
        try {
          for await (const rows of result.yieldConvertedRows(plainValue)) {
            signal?.throwIfAborted();
            yield rows;
          }
        } catch (cause) {
          throw explained(cause);
        } finally {
          finish();
        }
      },
    };
  };

  return {
    tables,
    warnings,
    query,
    async rows(sql, rowsOptions = {}) {
      const maximum = rowsOptions.maximumRows ?? 10_000;
      const result = await query(sql, rowsOptions);
      const rows: (readonly QueryValue[])[] = [];
      for await (const batch of result.batches()) {
        for (const row of batch) {
          if (rows.length === maximum) return { columns: result.columns, rows, truncated: true };
          rows.push(row);
        }
      }
      return { columns: result.columns, rows, truncated: false };
    },
    async close() {
      instance.closeSync();
      await rm(temporary, { recursive: true, force: true });
    },
  };
}
