import type { Command } from '../command.ts'
import { CARD, INPUT, JSON_FLAG, MACHINE, SET } from './shared-flags.ts'

export const explain: Command = {
  name: 'explain',
  summary: 'compute one saliency map of a model for an input',
  operands: [{ name: 'MODEL.onnx', required: true, description: 'any ONNX classifier' }],
  flags: [
    { ...INPUT, required: true },
    CARD,
    {
      name: 'method',
      value: 'ID',
      required: true,
      description: 'a method; "saliscope reference methods" lists them with their parameters',
    },
    {
      name: 'target',
      value: 'K',
      description:
        'index of the score, or name of the class by the card; several with commas share passes; default: the highest of each item',
    },
    {
      name: 'layer',
      value: 'TENSOR',
      description: 'tensor for class activation maps; default: the last with spatial axes',
    },
    {
      name: 'preset',
      value: 'NAME',
      description:
        'parameters of a published source: captum, pair, quantus, zennit, paper-a, paper-b, paper-c, paper-d; --set goes before it',
    },
    SET,
    { name: 'output', value: 'MAP.npy', required: true, description: 'where the raw map is written' },
    JSON_FLAG,
    ...MACHINE,
  ],
  explanation: [
    'What is explained is the logit: a softmax or sigmoid at the end of the graph is cut. --set output=probability keeps it, --set negate=true explains the negative, --set seed=N draws other random numbers.',
    'The map is written raw, as float32: never scaled, never clipped. Pixel methods keep the input’s shape, methods with one value per position give [N, 1, …spatial].',
    'Several targets write one array [targets, N, …] and print {"targets": [record, …]}. Of a segmentation model the score is the sum over all positions; --set mask=@mask.npy weighs them, --set mask=predicted takes those the model gives to the class.',
    '--json prints the target, all parameters, the self-check (completeness, conservation, standard error), warnings, versions and timing in ms.',
    'A preset only sets parameters: the record holds them all, and defects of published code are switches of their own (legacy.NAME), off unless set.',
    '"saliscope explain --method ID --help" tells what a method is and which parameters it takes.',
  ],
  examples: [
    'saliscope explain net.onnx --input x.npy --method integrated-gradients --target 1 --set steps=100 --output ig.npy',
    'saliscope explain net.onnx --input film.dcm --card net.card.json --method smoothgrad --output sg.npy',
    'saliscope explain net.onnx --input x.npy --method grad-cam --layer /features/relu --output cam.npy --json',
  ],
  detail: { flag: 'method', load: async () => (await import('../topic-help.ts')).methodDetail },
  load: () => import('./explain.ts'),
}
