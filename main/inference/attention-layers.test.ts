import { readFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { makeConstant } from '../graph/constants.ts'
import type { Node, OnnxModel } from '../graph/model.ts'
import { readModel } from '../graph/read.ts'
import { readTensor } from '../tensor/npy.ts'
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

/** Every Softmax followed by Where(IsNaN(w), 0, w), as torch's exporter writes scaled_dot_product_attention with a mask. */
function guarded(model: OnnxModel): OnnxModel {
  const nodes = model.graph.nodes.flatMap((node): Node[] => {
    if (node.opType !== 'Softmax') return [node]
    const [out] = node.outputs
    const plain = { domain: '', attributes: {} }
    return [
      { ...node, outputs: [`${out}:bare`] },
      { ...plain, name: `${out}:nan`, opType: 'IsNaN', inputs: [`${out}:bare`], outputs: [`${out}:isNaN`] },
      {
        ...plain,
        name: `${out}:where`,
        opType: 'Where',
        inputs: [`${out}:isNaN`, 'attention-zero', `${out}:bare`],
        outputs: [out],
      },
    ]
  })
  const initializers = new Map(model.graph.initializers)
  initializers.set('attention-zero', makeConstant('attention-zero', 'float', [], [0]))
  return { ...model, graph: { ...model.graph, nodes, initializers } }
}

it('finds attention whose weights are guarded against rows that a mask hides whole', async () => {
  const plain = await attention(file)
  const found = await attention(guarded(readModel(file)))
  expect(found.layers.length).toBe(plain.layers.length)
  expect(found.grid).toEqual(plain.grid)
  found.layers.forEach((layer, i) => {
    expect(layer.weights.data).toEqual(plain.layers[i].weights.data)
    for (let k = 0; k < layer.gradient.data.length; k++)
      expect(layer.gradient.data[k]).toBeCloseTo(plain.layers[i].gradient.data[k], 6)
  })
})
