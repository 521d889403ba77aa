import { existsSync, readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import path from 'node:path'
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

/** Gradient of one score against ONNX Runtime's own forward pass of the untouched file, in interleaved pairs. */
export const gradient: BenchCase = {
  id: 'gradient',
  title: 'Gradient over forward pass, batch 1',
  async measure({ models }) {
    const figures: Figure[] = []
    for (const [name, goal] of Object.entries(GOALS)) {
      const file = models === null ? '' : path.join(models, `${name}.onnx`)
      figures.push(
        existsSync(file)
          ? await ratio(name, file, goal)
          : { what: name, value: 'no model file', goal: `≤ ${goal}`, met: null },
      )
    }
    return figures
  },
}

async function ratio(name: string, file: string, goal: number): Promise<Figure> {
  const input = readFileSync(file.replace(/\.onnx$/, '.npy'))
  const x = readTensor(input, `${name}.npy`)
  const threads = availableParallelism()
  const { InferenceSession, Tensor } = await runtime()
  const plain = await InferenceSession.create(file, {
    graphOptimizationLevel: 'all',
    intraOpNumThreads: threads,
    // As in our own sessions: otherwise the threads of the one slow the other's next run, forward more than gradient.
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
    await opened.close()
    await plain.release()
  }
  const ratios = whole.map((ms, at) => ms / forward[at])
  const value = median(ratios)
  const text = `${value.toFixed(2)} (${median(whole).toFixed(0)} of ${median(forward).toFixed(0)} ms)`
  return { what: name, value: text, goal: `≤ ${goal}`, met: value <= goal }
}
