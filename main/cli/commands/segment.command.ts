import type { Command } from '../command.ts'
import { SET } from './shared-flags.ts'

export const segment: Command = {
  name: 'segment',
  summary: 'segment an image: felzenszwalb, slic or quickshift',
  operands: [{ name: 'X.npy', required: true, description: 'image [1, C, ...spatial]' }],
  flags: [
    { name: 'method', value: 'ID', required: true, description: 'felzenszwalb, slic or quickshift' },
    SET,
    {
      name: 'output',
      value: 'LABELS.npy',
      required: true,
      description: 'where the int32 labels [...spatial] are written',
    },
  ],
  explanation: [
    'Writes one int32 label per position of the image; the numbering has no meaning. Axes of length 1 are ignored.',
    '"saliscope segment --method ID --help" tells which parameters a segmenter takes.',
  ],
  examples: ['saliscope segment x.npy --method slic --set segments=80 --output labels.npy'],
  detail: { flag: 'method', load: async () => (await import('../topic-help.ts')).segmenterDetail },
  load: () => import('./segment.ts'),
}
