import type { Command } from '../command.ts'
import { CARD, INPUT, JSON_FLAG, MACHINE, SET } from './shared-flags.ts'

export const predict: Command = {
  name: 'predict',
  summary: 'scores of a model for an input',
  operands: [{ name: 'MODEL.onnx', required: true, description: 'any ONNX classifier' }],
  flags: [
    { ...INPUT, required: true },
    CARD,
    { ...SET, description: 'output=logit (default: a final softmax or sigmoid is cut) or output=probability' },
    { name: 'output', value: 'SCORES.npy', description: 'where the scores [N, K] are written' },
    JSON_FLAG,
    ...MACHINE,
  ],
  explanation: [
    'Prints the scores of every item: the logits, since a softmax or sigmoid at the end of the graph is cut. With --json also probabilities, the highest score of each item, versions and, with --repeat, timing in ms.',
  ],
  examples: ['saliscope predict net.onnx --input x.npy --json'],
  load: () => import('./predict.ts'),
}
