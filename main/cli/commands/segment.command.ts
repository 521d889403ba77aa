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
  examples: ['saliscope segment x.npy --method slic --set segments=80 --output labels.npy'],
  load: () => import('./segment.ts'),
}
