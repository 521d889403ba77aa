import type { Flag } from '../command.ts'

export const SET: Flag = {
  name: 'set',
  value: 'NAME=VALUE',
  repeat: true,
  description: 'a parameter: number, true, false, word or @file.npy',
}
export const JSON_FLAG: Flag = { name: 'json', description: 'print one JSON object on standard output, nothing else' }
export const TARGET: Flag = {
  name: 'target',
  value: 'K',
  description: 'index of the score; default: the highest of each item',
}
export const INPUT: Flag = {
  name: 'input',
  value: 'X',
  description:
    'float32 .npy array, exactly the tensor the model takes; or a picture, NIfTI or DICOM file or series folder',
}
export const CARD: Flag = {
  name: 'card',
  value: 'CARD.json',
  description: "the model's card, by which an image becomes its input; default: MODEL.card.json beside the model",
}
export const MACHINE: readonly Flag[] = [
  { name: 'threads', value: 'N', description: 'threads of the computation; default: all cores' },
  { name: 'repeat', value: 'N', description: 'time N warm runs in turn with bare forward passes' },
  {
    name: 'memory',
    value: 'MB',
    description: 'bound on the memory of what runs at a time; default: a share of what is free',
  },
  { name: 'provider', value: 'NAME', description: 'cpu (default), webgpu, dml or cuda' },
]
