import { existsSync, readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import path from 'node:path'
import { parseParameters } from '../../main/attribution/parameters.ts'
import { findMethod } from '../../main/attribution/registry.ts'
import { type OpenedModel, openModel } from '../../main/inference/open-model.ts'
import { Session } from '../../main/inference/session.ts'
import { readTensor } from '../../main/tensor/npy.ts'
import type { Tensor } from '../../main/tensor/tensor.ts'
import { type BenchCase, type Figure, median, timed } from '../bench-case.ts'

/** As the reference benchmark runs them, which names the goal for the first three. */
const METHODS = {
  occlusion: { window: 32, stride: 16 },
  lime: { samples: 200, segmenter: 'quickshift' },
  'kernel-shap': { samples: 200, segmenter: 'slic', segments: 50 },
  rise: { masks: 64 },
  'score-cam': {},
} as const
const REPEATS = 3
const GOAL = 0.15

/** What methods that only run the model cost besides ONNX Runtime's own runs, as a share of those. */
export const overhead: BenchCase = {
  id: 'overhead',
  title: 'Time over the bare forward passes, ResNet50',
  async measure({ models }) {
    const file = models === null ? '' : path.join(models, 'resnet50.onnx')
    if (!existsSync(file)) {
      return Object.keys(METHODS).map((what) => ({ what, value: 'no model file', goal: '≤ 15 %', met: null }))
    }
    const x = readTensor(readFileSync(file.replace(/\.onnx$/, '.npy')), 'resnet50.npy')
    const opened = await openModel(file, { threads: availableParallelism(), itemDims: x.dims.slice(1) })
    try {
      const figures: Figure[] = []
      for (const [id, settings] of Object.entries(METHODS)) figures.push(await share(opened, x, id, settings))
      return figures
    } finally {
      await opened.close()
    }
  },
}

async function share(opened: OpenedModel, x: Tensor, id: string, settings: object): Promise<Figure> {
  const method = findMethod(id)
  const parameters = parseParameters(method, { ...settings })
  const run = { signal: new AbortController().signal, progress() {} }
  const target = { index: 0, output: 'probability', negate: false } as const
  const shares: number[] = []
  for (let n = -1; n < REPEATS; n++) {
    const inside = await withTimedSessions(async () => {
      const input = { model: opened.study, x, target, layer: null, seed: 1 }
      return (await timed(() => method.run(input, parameters, run))).elapsedMs
    })
    if (n >= 0) shares.push(inside.result / inside.sessionMs - 1) // the first run loads sessions
  }
  const value = median(shares)
  return { what: id, value: `${(100 * value).toFixed(1)} %`, goal: '≤ 15 %', met: value <= GOAL }
}

/** Milliseconds spent inside ONNX Runtime while `work` runs. */
async function withTimedSessions<T>(work: () => Promise<T>): Promise<{ result: T; sessionMs: number }> {
  const plain = Session.prototype.run
  let sessionMs = 0
  Session.prototype.run = async function timedRun(this: Session, ...words: Parameters<typeof plain>) {
    const { result, elapsedMs } = await timed(() => plain.apply(this, words))
    sessionMs += elapsedMs
    return result
  }
  try {
    return { result: await work(), sessionMs }
  } finally {
    Session.prototype.run = plain
  }
}
