import { readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { SaliscopeError } from '../../shared/errors.ts'
import { errorsPage } from './errors-page.ts'
import { methodsPage } from './methods-page.ts'
import { metricsPage } from './metrics-page.ts'
import { operatorsPage } from './operators-page.ts'

export interface ReferencePage {
  readonly topic: string
  /** Where the page lies, from docs/reference. */
  readonly file: string
  make(): string
  /** Whether the page is generated here; the table of keys belongs to the window and is written by its test. */
  readonly isGenerated: boolean
}

/** The table of keys as it lies beside the program. errors  cli.file */
function keysPage(): string {
  const file = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../../docs/reference/keys.md')
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw new SaliscopeError('cli.file', `The page of keys is not beside the program: ${(error as Error).message}.`)
  }
}

export const referencePages: readonly ReferencePage[] = [
  { topic: 'methods', file: 'methods.md', make: methodsPage, isGenerated: true },
  { topic: 'metrics', file: 'metrics.md', make: metricsPage, isGenerated: true },
  { topic: 'operators', file: 'operators.md', make: operatorsPage, isGenerated: true },
  { topic: 'errors', file: '../errors.md', make: errorsPage, isGenerated: true },
  { topic: 'keys', file: 'keys.md', make: keysPage, isGenerated: false },
]
