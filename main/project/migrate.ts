import { SaliscopeError } from '../shared/errors.ts'
import { type Connection, connect, scalar } from './connection.ts'
import type { Migration } from './migrations/migration.ts'

export const newestVersion = (steps: readonly Migration[]): number => steps.at(-1)?.version ?? 0

export const versionOf = (connection: Connection): number => Number(connection.pragma('user_version', { simple: true }))

/**
 * Runs the missing steps, each with its version number in one transaction. A step that fails leaves the version before it.
 *
 * errors  project.migration: names the step and SQLite's reason
 */
export function migrate(
  connection: Connection,
  steps: readonly Migration[],
  onWritePoint: (name: string) => void,
): void {
  for (const step of steps) {
    if (step.version <= versionOf(connection)) continue
    try {
      connection
        .transaction(() => {
          connection.exec(step.sql)
          connection.pragma(`user_version = ${step.version}`)
          onWritePoint(`migration-${step.version}`)
        })
        .immediate()
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      throw new SaliscopeError(
        'project.migration',
        `Step ${step.version} (“${step.name}”) of bringing the project to this version failed: ${reason}. The project is as it was.`,
        {
          version: step.version,
        },
      )
    }
  }
}

type SchemaRow = { type: string; name: string; sql: string | null }

function schemaOf(connection: Connection): Map<string, string> {
  const rows = connection
    .prepare("SELECT type, name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_autoindex%'")
    .all() as SchemaRow[]
  return new Map(rows.map((row) => [`${row.type} ${row.name}`, row.sql ?? '']))
}

/**
 * Compares the file's schema with what our steps up to its version make, text by text: no trigger, view or table of others
 * runs inside a project that came from elsewhere (C18).
 *
 * errors  project.foreign-schema
 */
export function assertOwnSchema(connection: Connection, steps: readonly Migration[], name: string): void {
  const version = versionOf(connection)
  const model = connect(':memory:', { readonly: false })
  try {
    migrate(
      model,
      steps.filter((step) => step.version <= version),
      () => {},
    )
    const expected = schemaOf(model)
    const found = schemaOf(connection)
    const foreign = [...found].filter(([key, sql]) => expected.get(key) !== sql).map(([key]) => key)
    const absent = [...expected.keys()].filter((key) => !found.has(key))
    if (foreign.length + absent.length > 0) {
      throw new SaliscopeError(
        'project.foreign-schema',
        `“${name}” holds a schema that this program did not make (${[...foreign, ...absent].slice(0, 3).join(', ')}). It was not opened and not changed.`,
        { foreign, absent },
      )
    }
  } finally {
    model.close()
  }
}

/**
 * SQLite's own checks of pages and references.
 *
 * errors  project.damaged
 */
export function assertSound(connection: Connection, name: string): void {
  const check = connection.pragma('quick_check(1)', { simple: true })
  const strays = connection.pragma('foreign_key_check') as unknown[]
  if (check !== 'ok' || strays.length > 0) {
    const reason = check === 'ok' ? `${strays.length} rows refer to something that is gone` : String(check)
    throw new SaliscopeError(
      'project.damaged',
      `“${name}” does not pass its consistency check (${reason}). It was not changed; open the newest backup.`,
    )
  }
}

export const changeCounterOf = (connection: Connection): number =>
  scalar<number>(connection, 'SELECT change_counter FROM project')
export const isMarkedClean = (connection: Connection): boolean =>
  scalar<number>(connection, 'SELECT clean FROM project') === 1
