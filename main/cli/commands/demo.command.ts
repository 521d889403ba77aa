import type { Command } from '../command.ts'
import { JSON_FLAG } from './shared-flags.ts'

export const demo: Command = {
  name: 'demo',
  summary: 'build a project with known truth and tell which methods expose a cheating network',
  operands: [{ name: 'PROJECT.saliscope', required: false, description: 'default: demo-project/demo.saliscope' }],
  flags: [{ name: 'cases', value: 'N', description: 'number of cases; at least 24' }, JSON_FLAG],
  examples: ['saliscope demo', 'saliscope serve demo-project/demo.saliscope --open'],
  load: () => import('./demo.ts'),
}
