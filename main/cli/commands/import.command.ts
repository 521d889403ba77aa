import type { Command } from '../command.ts'
import { JSON_FLAG } from './shared-flags.ts'

export const importFiles: Command = {
  name: 'import',
  summary: 'import studies into a project',
  operands: [
    { name: 'PROJECT.saliscope', required: true, description: 'the project; it is made when it is not there' },
    { name: 'SOURCE', required: true, repeat: true, description: 'files or folders' },
  ],
  flags: [
    { name: 'group', value: 'NAME', description: 'group of the imported cases' },
    { name: 'split', value: 'train|tune|test', description: 'split of the imported cases' },
    { name: 'keep-identifiers', description: 'do not replace names, numbers and dates by codes' },
    { name: 'dry-run', description: 'look only; print what would be imported and what would be skipped' },
    JSON_FLAG,
  ],
  examples: [
    'saliscope import lungs.saliscope /data/ct --group "nodule present"',
    'saliscope import lungs.saliscope /data/ct --dry-run',
  ],
  load: () => import('./import.ts'),
}
