import type { Command } from '../command.ts'

export const reference: Command = {
  name: 'reference',
  summary: 'reference pages: methods, metrics, operators, errors or keys',
  operands: [{ name: 'TOPIC', required: false, description: 'methods, metrics, operators, errors or keys' }],
  flags: [{ name: 'write', value: 'FOLDER', description: 'write the generated pages there instead of printing one' }],
  explanation: ['Pages made from the program’s own lists, so that they never differ from what it does.'],
  examples: ['saliscope reference methods', 'saliscope reference --write docs/reference'],
  load: () => import('./reference.ts'),
}
