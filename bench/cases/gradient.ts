import { existsSync, readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import path from 'node:path'
import type { InferenceSession } from 'onnxruntime-node'
import { openModel } from '../../main/inference/open-model.ts'
import { runtime } from '../../main/inference/session.ts'
import { readTensor } from '../../main/tensor/npy.ts'
import { type BenchCase, type Figure, median, timed } from '../bench-case.ts'

/** Bound on gradient over forward pass; 2 is the least, the same products twice. */
const GOALS: Readonly<Record<string, number>> = {
  resnet50: 2.3,
  vgg16: 2.3,
  densenet121: 2.3,
  vit_b_16: 2.8,
  efficientnet_b0: 2.8,
  r3d_18: 2.8,
}
const PAIRS = 9

/**
 * Gradient of one score against ONNX Runtime's own forward pass of the untouched file, in interleaved pairs: once with sessions as
 * the engine makes them, whose threads rest after a run, and once as the runtime makes them by default, whose threads spin.
 */
export const gradient: BenchCase = {
  id: 'gradient',
  title: 'Gradient over forward pass, batch 1',
  async measure({ models }) {
    const figures: Figure[] = []
    for (const [name, goal] of Object.entries(GOALS)) {
      const file = models === null ? '' : path.join(models, `${name}.onnx`)
      for (const spinning of [false, true]) {
        const what = spinning ? `${name}, spinning sessions` : name
        const value = existsSync(file) ? await ratio(name, file, spinning) : null
        const text = value?.text ?? 'no model file'
        figures.push({ what, value: text, goal: `≤ ${goal}`, met: value && value.ratio <= goal })
      }
    }
    return figures
  },
}

async function ratio(name: string, file: string, spinning: boolean): Promise<{ ratio: number; text: string }> {
  const input = readFileSync(file.replace(/\.onnx$/, '.npy'))
  const x = readTensor(input, `${name}.npy`)
  const threads = availableParallelism()
  const { InferenceSession, Tensor } = await runtime()
  const restore = spinning ? spinAsByDefault(InferenceSession) : () => undefined
  const plain = await InferenceSession.create(file, {
    graphOptimizationLevel: 'all',
    intraOpNumThreads: threads,
    extra: { session: { force_spinning_stop: '1' } },
  })
  const feeds = { [plain.inputNames[0]]: new Tensor('float32', x.data, [...x.dims]) }
  const opened = await openModel(file, { threads, itemDims: x.dims.slice(1) })
  const target = { index: 0, output: 'logit', negate: false } as const
  const forward: number[] = []
  const whole: number[] = []
  try {
    for (let pair = -2; pair < PAIRS; pair++) {
      const one = await timed(() => plain.run(feeds))
      const two = await timed(() => opened.study.gradient(x, target))
      if (pair < 0) continue // warms caches and thread pools
      forward.push(one.elapsedMs)
      whole.push(two.elapsedMs)
    }
  } finally {
    restore()
    await opened.close()
    await plain.release()
  }
  const value = median(whole.map((ms, at) => ms / forward[at]))
  return { ratio: value, text: `${value.toFixed(2)} (${median(whole).toFixed(0)} of ${median(forward).toFixed(0)} ms)` }
}

/** Takes the option against spinning out of every session made until it is restored. */
function spinAsByDefault(factory: typeof InferenceSession): () => void {
  const create = factory.create
  const spinning: (model: string, options?: InferenceSession.SessionOptions) => ReturnType<typeof create> = (
    model,
    options,
  ) => {
    const { session: _resting, ...extra } = options?.extra ?? {}
    return (create as typeof spinning).call(factory, model, { ...options, extra })
  }
  // One of its overloads stands for all: a path and bytes are handed on alike.
  factory.create = spinning as typeof create
  return () => {
    factory.create = create
  }
}
