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
  explanation: [
    'Reads DICOM, NIfTI, PNG, JPEG, TIFF and BMP files, puts slices together by their geometry and says of each file that is skipped why. What the project holds already is not doubled. The status is 1 when nothing can be imported, or something chosen fails.',
    'Names, numbers and dates are replaced by codes that are the same for one patient within the project, unless --keep-identifiers is given. Pixels are not changed: burned-in text stays.',
    '--dry-run writes nothing; the project need not be there.',
  ],
  examples: [
    'saliscope import lungs.saliscope /data/ct --group "nodule present"',
    'saliscope import lungs.saliscope /data/ct --dry-run --json',
  ],
  load: () => import('./import.ts'),
}
