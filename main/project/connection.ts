import Database from 'better-sqlite3'
import { SaliscopeError } from '../shared/errors.ts'

export type Connection = Database.Database

/** 'SALI': tells our files from other SQLite databases. */
export const applicationId = 0x53414c49

/** Version of SQLite from which simultaneous checkpoints cannot damage a file. */
const oldestSqlite = [3, 51, 3]

function isOlder(found: string, oldest: readonly number[]): boolean {
  const parts = found.split('.').map(Number)
  for (let n = 0; n < oldest.length; n++) {
    if ((parts[n] ?? 0) !== oldest[n]) return (parts[n] ?? 0) < oldest[n]
  }
  return false
}

/**
 * Refuses a Node on which the database library would end the process without a word.
 *
 * errors  project.node-too-old
 */
export function assertNodeCanLoad(napi = process.versions.napi): void {
  if (Number(napi) < 10) {
    throw new SaliscopeError(
      'project.node-too-old',
      `Node ${process.versions.node} offers Node-API ${napi}, and the database library needs 10. Start the program with \`npm start\` or \`npx saliscope\`.`,
    )
  }
}

/**
 * Opens a database with every defence switched on. What a pragma was set to is read back, because a re-opened WAL
 * database otherwise runs with `synchronous=NORMAL`.
 *
 * errors  project.node-too-old, project.sqlite-too-old, and SQLite's own
 */
export function connect(source: string | Buffer, options: { readonly: boolean }): Connection {
  assertNodeCanLoad()
  const connection = new Database(source, {
    readonly: options.readonly,
    fileMustExist: typeof source === 'string' && source !== ':memory:',
    timeout: 5000,
  })
  try {
    const version = String(connection.prepare('SELECT sqlite_version()').pluck().get())
    if (isOlder(version, oldestSqlite)) {
      throw new SaliscopeError(
        'project.sqlite-too-old',
        `SQLite ${version} was loaded; 3.51.3 or newer is needed. Reinstall with \`npm ci\`.`,
      )
    }
    harden(connection)
    return connection
  } catch (error) {
    connection.close()
    throw error
  }
}

function harden(connection: Connection): void {
  const wanted: readonly (readonly [string, string | number, number])[] = [
    ['trusted_schema', 'OFF', 0],
    ['cell_size_check', 'ON', 1],
    ['foreign_keys', 'ON', 1],
    ['synchronous', 'FULL', 2],
    ['mmap_size', 0, 0],
  ]
  for (const [name, value, expected] of wanted) {
    connection.pragma(`${name} = ${value}`)
    const found = connection.pragma(name, { simple: true })
    if (found !== undefined && found !== expected)
      throw new Error(`The pragma ${name} is ${String(found)} and not ${expected}.`)
  }
}

/** One value of a query with one row and one column. */
export function scalar<T>(connection: Connection, sql: string, ...values: unknown[]): T {
  return connection
    .prepare(sql)
    .pluck()
    .get(...values) as T
}
