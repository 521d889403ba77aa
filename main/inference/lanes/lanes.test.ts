import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import type { Worker } from 'node:worker_threads'
import { afterAll, describe, expect, it } from 'vitest'
import { noise, sketch } from '../../../test/fixtures/onnx-sketch.ts'
import { writeModel } from '../../graph/write.ts'
import { readTensor } from '../../tensor/npy.ts'
import { type Tensor, tensor } from '../../tensor/tensor.ts'
import { itemsOf } from '../chunks.ts'
import type { Target } from '../model-under-study.ts'
import { type OpenedModel, openModel } from '../open-model.ts'
import { LanePool } from './lane-pool.ts'

const golden = path.resolve(import.meta.dirname, '../../../test/golden/attribution')
const file = (name: string): string => path.join(golden, 'models', `${name}.onnx`)
const opened: OpenedModel[] = []
const threads: Worker[] = []
process.on('worker', (thread) => threads.push(thread))
const settings = { provider: 'cpu', threads: 1, optimisation: 'all', arena: true } as const

async function open(name: string, lanes: number): Promise<OpenedModel['study']> {
  const model = await openModel(file(name), { threads: 1, lanes })
  opened.push(model)
  return model.study
}

afterAll(async () => {
  for (const model of opened) await model.close()
})

/** n items made from the first by small shifts, so that no two are alike. */
function many(array: string, n: number): Tensor {
  const x = readTensor(readFileSync(path.join(golden, 'inputs', `${array}.npy`)))
  const item = itemsOf(x, 0, 1).data
  const data = Float32Array.from(
    { length: n * item.length },
    (_, i) => item[i % item.length] + 0.03 * Math.sin(Math.floor(i / item.length) + i * 0.1),
  )
  return tensor([n, ...x.dims.slice(1)], data)
}

const logit = (index: number | number[]): Target => ({ index, output: 'logit', negate: false })

describe('a model in lanes', () => {
  for (const [name, array] of [
    ['vgg', 'chest48-two'],
    ['resnet3d', 'volume16-one'],
    ['vit', 'chest48-two'],
  ] as const) {
    it(`gives the bits of items run one by one: ${name}`, async () => {
      const x = many(array, 5)
      const index = [0, 1, 0, 1, 1]
      const [side, single] = [await open(name, 2), await open(name, 1)]
      const together = await side.gradient(x, logit(index))
      const size = together.gradient.data.length / 5
      for (const [i, k] of index.entries()) {
        const one = await single.gradient(itemsOf(x, i, i + 1), logit(k))
        expect(together.gradient.data.subarray(i * size, (i + 1) * size)).toEqual(one.gradient.data)
        expect(together.scores[i]).toBe(one.scores[0])
      }
    })
  }

  it('answers every kind of run, in the order of the items', async () => {
    const x = many('chest48-two', 4)
    const [side, single] = [await open('vgg', 3), await open('vgg', 1)]
    const options = { composite: 'epsilon-plus', epsilon: 1e-6, gamma: 0.25, low: null, high: null, trace: true }
    const answers = async (study: OpenedModel['study']) => {
      const layer = await study.layer(x, logit(1), null)
      const several = await study.together.gradient(x, [logit(0), logit(1)])
      const { relevance, trace } = await study.relevance(x, logit(1), options)
      return [
        (await study.scores(x, 'logit')).data,
        layer.activation.data,
        layer.gradient.data,
        await study.fromLayer(x, logit(1), null, layer.activation),
        ...several.map(({ gradient }) => gradient.data),
        relevance.data,
        trace?.[3].arriving ?? [],
        (await study.multipliers(x, tensor(x.dims), logit(0), 'rescale')).multipliers.data,
      ]
    }
    const [found, expected] = [await answers(side), await answers(single)]
    for (const [i, values] of found.entries()) {
      const scale = Math.max(...Array.from(expected[i], (v) => Math.abs(v ?? 0)))
      expect(values.length).toBe(expected[i].length)
      values.forEach((v, k) => {
        expect(Math.abs((v ?? 0) - (expected[i][k] ?? 0))).toBeLessThanOrEqual(2e-5 * scale)
      })
    }
  })

  it('says what its session says, and stays usable', async () => {
    const pool = new LanePool(() => {})
    try {
      await expect(pool.load(2, new Uint8Array([1, 2, 3]), settings)).rejects.toMatchObject({ code: 'inference.load' })
      const model = sketch({ inputs: { x: [1, 3] }, nodes: [['Neg', ['x'], ['y']]], outputs: ['y'] })
      const sessions = await pool.load(2, writeModel(model), settings)
      const feed = (length: number) => ({
        x: { type: 'float', dims: [1, length], data: Float32Array.from(noise([1, length])) } as const,
      })
      await expect(sessions.run(feed(4), ['y'])).rejects.toMatchObject({ code: 'inference.run' })
      const given = feed(3)
      const { y } = await sessions.run(given, ['y'])
      expect(y.data).toEqual(given.x.data.map((v) => -v))
      await sessions.close()
    } finally {
      await pool.close()
    }
  })

  it('rejects what it was asked when its thread ends', async () => {
    const pool = new LanePool(() => {})
    const model = sketch({ inputs: { x: [1, 3] }, nodes: [['Neg', ['x'], ['y']]], outputs: ['y'] })
    const sessions = await pool.load(1, writeModel(model), settings)
    const asked = sessions.run({ x: { type: 'float', dims: [1, 3], data: new Float32Array(3) } }, ['y'])
    const ended = expect(asked).rejects.toMatchObject({ code: 'inference.run' })
    await pool.close()
    await ended
  })

  it('computes again after a thread ended by itself', async () => {
    const x = many('chest48-two', 4)
    const study = await open('vgg', 2)
    threads.length = 0
    const before = await study.gradient(x, logit(1))
    expect(threads).toHaveLength(2)
    await threads[0].terminate()
    const after = await study.gradient(x, logit(1))
    expect(after.gradient.data).toEqual(before.gradient.data)
  })

  it('lets a program end that forgets to close it, and does not end it while it computes', () => {
    const program = `const { openModel } = await import(${JSON.stringify(path.resolve(import.meta.dirname, '../open-model.ts'))})
      const { study } = await openModel(${JSON.stringify(file('vgg'))}, { threads: 1, lanes: 2 })
      const dims = [4, ...study.input.itemDims]
      const x = { dims, data: new Float32Array(dims.reduce((a, b) => a * b)).fill(0.5) }
      const { gradient } = await study.gradient(x, { index: 1, output: 'logit', negate: false })
      console.log(gradient.dims.join())`
    const run = spawnSync(process.execPath, ['--input-type=module', '--eval', program], { encoding: 'utf8' })
    expect(run.stderr).toBe('')
    expect(run.status).toBe(0)
    expect(run.stdout.trim()).toMatch(/^4,/)
  })
})
