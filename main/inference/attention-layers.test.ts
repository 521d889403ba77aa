import { readFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { noise, sketch } from '../../test/fixtures/onnx-sketch.ts'
import { int, ints } from '../graph/attributes.ts'
import { makeConstant } from '../graph/constants.ts'
import type { Node, OnnxModel } from '../graph/model.ts'
import { readModel } from '../graph/read.ts'
import { readTensor } from '../tensor/npy.ts'
import { tensor } from '../tensor/tensor.ts'
import type { AttentionResult } from './model-under-study.ts'
import { type OpenedModel, openModel } from './open-model.ts'

const golden = path.resolve(import.meta.dirname, '../../test/golden/attribution')
const file = path.join(golden, 'models', 'vit.onnx')
const x = readTensor(readFileSync(path.join(golden, 'inputs', 'chest48-two.npy')))
const opened: OpenedModel[] = []

afterAll(async () => {
  for (const model of opened) await model.close()
})

async function attention(source: string | OnnxModel): Promise<AttentionResult> {
  const model = await openModel(source, { threads: 1 })
  opened.push(model)
  return model.study.attention(x, { index: 0, output: 'logit', negate: false })
}

type Wrap = (bare: string, out: string) => readonly Node[]

/** Every Softmax followed by further nodes before the product with the values. */
function followed(model: OnnxModel, wrap: Wrap): OnnxModel {
  const nodes = model.graph.nodes.flatMap((node): readonly Node[] => {
    if (node.opType !== 'Softmax') return [node]
    const [out] = node.outputs
    return [{ ...node, outputs: [`${out}:bare`] }, ...wrap(`${out}:bare`, out)]
  })
  const initializers = new Map(model.graph.initializers)
  for (const value of [0, 1]) initializers.set(`number${value}`, makeConstant(`number${value}`, 'float', [], [value]))
  return { ...model, graph: { ...model.graph, nodes, initializers } }
}

const node = (opType: string, inputs: readonly string[], output: string): Node => ({
  name: `${output}:node`,
  opType,
  domain: '',
  inputs,
  outputs: [output],
  attributes: {},
})

const FORMS: Readonly<Record<string, Wrap>> = {
  'a guard against rows that a mask hides whole': (bare, out) => [
    node('IsNaN', [bare], `${out}:isNaN`),
    node('Where', [`${out}:isNaN`, 'number0', bare], out),
  ],
  "a quantiser's range": (bare, out) => [node('Clip', [bare, 'number0', 'number1'], out)],
}

for (const [what, wrap] of Object.entries(FORMS)) {
  it(`finds attention whose weights pass ${what}`, async () => {
    const plain = await attention(file)
    const found = await attention(followed(readModel(file), wrap))
    expect(found.layers.length).toBe(plain.layers.length)
    expect(found.grid).toEqual(plain.grid)
    found.layers.forEach((layer, i) => {
      expect(layer.weights.data).toEqual(plain.layers[i].weights.data)
      for (let k = 0; k < layer.gradient.data.length; k++)
        expect(layer.gradient.data[k]).toBeCloseTo(plain.layers[i].gradient.data[k], 6)
    })
  })
}

it('says so where the number of tokens changes on the way', async () => {
  const among = (tokens: string, name: string) =>
    [
      ['Transpose', [tokens], [`${name}:turned`], { perm: ints([0, 2, 1]) }],
      ['MatMul', [tokens, `${name}:turned`], [`${name}:products`]],
      ['Softmax', [`${name}:products`], [`${name}:weights`], { axis: int(-1) }],
      ['MatMul', [`${name}:weights`, tokens], [name]],
    ] as const
  const model = await openModel(
    sketch({
      inputs: { x: [1, 4, 5] },
      constants: { halved: ['float', [2, 4], noise([2, 4], 3)], axes: ['int64', [1], [1]] },
      nodes: [
        ...among('x', 'a'),
        ['MatMul', ['halved', 'a'], ['fewer']],
        ...among('fewer', 'b'),
        ['ReduceMean', ['b', 'axes'], ['y'], { keepdims: int(0) }],
      ],
      outputs: ['y'],
    }),
    { threads: 1 },
  )
  opened.push(model)
  const asked = model.study.attention(tensor([1, 4, 5]), { index: 0, output: 'logit', negate: false })
  await expect(asked).rejects.toThrow('attention among 4 tokens and, elsewhere, among 2')
})
