import type { Command } from '../command.ts'
import { CARD, INPUT, JSON_FLAG, MACHINE, SET, TARGET } from './shared-flags.ts'

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
    TARGET,
    {
      name: 'layer',
      value: 'TENSOR',
      description: 'tensor for class activation maps; default: the last with spatial axes',
    },
    SET,
    { name: 'output', value: 'MAP.npy', required: true, description: 'where the raw map is written' },
    JSON_FLAG,
    ...MACHINE,
  ],
  examples: [
    'saliscope explain net.onnx --input x.npy --method integrated-gradients --target 1 --set steps=100 --output ig.npy',
    'saliscope explain net.onnx --input film.dcm --card net.card.json --method smoothgrad --output sg.npy',
    'saliscope explain net.onnx --input x.npy --method grad-cam --layer /features/relu --output cam.npy --json',
  ],
  load: () => import('./explain.ts'),
}
