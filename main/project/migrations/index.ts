import { first } from './0001-first.ts'
import type { Migration } from './migration.ts'

/** All steps in order. */
export const migrations: readonly Migration[] = [first]

for (const [n, step] of migrations.entries()) {
  if (step.version !== n + 1) throw new Error(`Migration “${step.name}” has number ${step.version}; expected ${n + 1}.`)
}
