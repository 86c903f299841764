// Queries that drizzle builds and better-sqlite3 runs: drizzle's own way from values to parameters and from rows to objects takes longer than SQLite itself (measured: more than half of the store's time for a message), so what every message needs goes this way.
import type { Statement } from "better-sqlite3";
import type { Query } from "drizzle-orm";
import type { Tables } from "./drizzle.ts";
import { is, Param, Placeholder } from "./drizzle.ts";

/** A query as drizzle builds it, before its `prepare()`. */
interface Built {
  toSQL(): Query;
}

/** What goes in, by the names of the query's placeholders; more than those is no harm. */
type Values = object;

export interface Read<Row> {
  get(values: Values): Row | null;
  all(values: Values): Row[];
}

export interface Write {
  /** Returns how many rows it changed. */
  run(values: Values): number;
  /** Returns the number of the row that it made; one row must be made. */
  insert(values: Values): number;
}

/** A query that gives rows. `toRow` is handed the columns in the order in which the query names them, as SQLite has them: booleans as 0 and 1, JSON as text. */
export function prepareRead<Columns extends readonly unknown[], Row>(
  tables: Tables,
  query: Built,
  toRow: (columns: Columns) => Row,
): Read<Row> {
  const { statement, bind } = compile(tables, query);
  statement.raw();
  return {
    get: (values) => {
      const columns = statement.get(bind(values));
      return columns === undefined ? null : toRow(columns as Columns);
    },
    all: (values) => {
      const rows: Row[] = [];
      for (const columns of statement.all(bind(values))) rows.push(toRow(columns as Columns));
      return rows;
    },
  };
}

/** A query that gives no rows. */
export function prepareWrite(tables: Tables, query: Built): Write {
  const { statement, bind } = compile(tables, query);
  return {
    run: (values) => statement.run(bind(values)).changes,
    insert: (values) => Number(statement.run(bind(values)).lastInsertRowid),
  };
}

/** A parameter of the statement: a value by its name, or one that is always the same. */
interface Slot {
  readonly name: string | null;
  readonly encode: ((value: unknown) => unknown) | null;
  readonly always: unknown;
}

function compile(
  tables: Tables,
  query: Built,
): { readonly statement: Statement<[unknown[]]>; readonly bind: (values: Values) => unknown[] } {
  const { sql, params } = query.toSQL();
  const slots = params.map((param) => slotOf(param));
  const bind = (values: Values): unknown[] => {
    const named = values as Readonly<Record<string, unknown>>;
    const bound: unknown[] = [];
    for (const { name, encode, always } of slots) {
      const value = name === null ? always : named[name];
      // SQLite would take it for null.
      if (value === undefined) throw new RangeError(`no value was given for ${name}`);
      bound.push(encode === null ? value : encode(value));
    }
    return bound;
  };
  return { statement: tables.$client.prepare<[unknown[]]>(sql), bind };
}

function slotOf(param: unknown): Slot {
  if (is(param, Placeholder)) return { name: param.name, encode: null, always: null };
  if (is(param, Param) && is(param.value, Placeholder)) {
    const { encoder, value } = param;
    return {
      name: value.name,
      encode: (each) => (each === null ? null : encoder.mapToDriverValue(each)),
      always: null,
    };
  }
  return { name: null, encode: null, always: param };
}
