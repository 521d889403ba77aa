import type { Command } from '../command.ts'
import { JSON_FLAG } from './shared-flags.ts'

export const demo: Command = {
  name: 'demo',
  summary: 'build a project with known truth and tell which methods expose a cheating network',
  operands: [{ name: 'PROJECT.saliscope', required: false, description: 'default: demo-project/demo.saliscope' }],
  flags: [{ name: 'cases', value: 'N', description: 'number of cases; at least 24' }, JSON_FLAG],
  explanation: [
    'Draws chest radiographs and CT volumes with nodules, writes them as DICOM, imports them like any study, computes every method on an honest network and on one that learnt a side marker instead, and measures the maps against the nodules and against the markers. The table tells which methods expose the cheat.',
    'A second run goes on where the first stopped and computes nothing twice. Ctrl+C keeps what is done.',
  ],
  examples: ['saliscope demo', 'saliscope serve demo-project/demo.saliscope --open'],
  load: () => import('./demo.ts'),
}
