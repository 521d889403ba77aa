import type { Command } from '../command.ts'
import { JSON_FLAG, MACHINE } from './shared-flags.ts'

export const inspect: Command = {
  name: 'inspect',
  summary: 'what a model file is, and which methods it allows',
  operands: [{ name: 'MODEL.onnx', required: true, description: 'any ONNX file' }],
  flags: [JSON_FLAG, ...MACHINE.filter((flag) => flag.name !== 'repeat')],
  explanation: [
    'Says what the file is, where its scores are cut from a softmax, which layers may carry class activation maps, what has no backward rule, and which methods it allows at what cost. Nothing is written.',
  ],
  examples: ['saliscope inspect net.onnx', 'saliscope inspect net.onnx --json'],
  load: () => import('./inspect.ts'),
}
