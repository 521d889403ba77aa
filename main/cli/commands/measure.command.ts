import type { Command } from '../command.ts'
import { CARD, INPUT, JSON_FLAG, MACHINE, SET, TARGET } from './shared-flags.ts'

export const measure: Command = {
  name: 'measure',
  summary: 'measure a map: against a mask, another map, or the model',
  operands: [
    {
      name: 'METRIC',
      required: true,
      description: 'a metric; "saliscope reference metrics" lists them with their parameters',
    },
  ],
  flags: [
    { name: 'map', value: 'M.npy', required: true, description: 'the map: spatial axes, or the shape explain writes' },
    { name: 'mask', value: 'K.npy', description: 'mask of 0 and 1 with the map’s spatial shape' },
    { name: 'other', value: 'N.npy', description: 'the second map' },
    INPUT,
    CARD,
    { name: 'model', value: 'MODEL.onnx', description: 'the model, for metrics on its score' },
    TARGET,
    SET,
    JSON_FLAG,
    ...MACHINE,
  ],
  explanation: [
    'Prints the value and, where there is one, the chance level: what a map without information gets on this mask. A value that is not defined is null with its reason, never NaN; the exit status is 0 all the same.',
    '"saliscope measure METRIC --help" tells what a metric is and which parameters it takes.',
  ],
  examples: [
    'saliscope measure average-precision --map ig.npy --mask nodule.npy --set sign=absolute --json',
    'saliscope measure deletion --map ig.npy --input x.npy --model net.onnx --target 1 --set step=0.05 --json',
  ],
  detail: { load: async () => (await import('../topic-help.ts')).metricDetail },
  load: () => import('./measure.ts'),
}
