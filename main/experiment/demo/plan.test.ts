import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { explain } from '../../compute/explain.ts'
import { openModel } from '../../inference/open-model.ts'
import { preprocess } from '../preprocess.ts'
import { filmCard } from './cards.ts'
import { makeCase } from './cases.ts'
import { filmGrid } from './grids.ts'
import { controlMethods, demoCases, filmMethods, leastFilms } from './plan.ts'

const networks = path.resolve(import.meta.dirname, '../../../resources/demo/models')

describe('the plan of the demo', () => {
  it('draws 24 films or more, four scans and five references, each under its own code', () => {
    const codes = demoCases(leastFilms).map(({ code }) => code)
    expect(codes).toHaveLength(33)
    expect(new Set(codes).size).toBe(33)
  })

  it('takes references from the healthy films that the networks learnt from', () => {
    const references = demoCases(leastFilms).filter(({ kind }) => kind === 'reference')
    expect(references.map(({ caseNumber }) => makeCase('honest', caseNumber).nodules)).toEqual([[], [], [], [], []])
  })

  it('names the controls by their family', () => {
    expect([...controlMethods()]).toEqual(expect.arrayContaining(['random', 'edges', 'centre-prior']))
    expect(filmMethods().filter(({ method }) => controlMethods().has(method))).toHaveLength(6)
  })

  it('gives methods that solve for segments enough samples', async () => {
    const film = makeCase('demo', 0)
    const image = {
      grid: filmGrid(film.size, film.spacingMm),
      channels: 1 as const,
      slope: 1,
      intercept: 0,
      range: [0, 4095] as [number, number],
    }
    const { tensor } = preprocess(image, film.pixels, filmCard)
    const model = await openModel(path.join(networks, 'resnet-a.onnx'), { itemDims: [1, 128, 128], threads: 1 })
    const run = { signal: new AbortController().signal, progress: () => {} }
    const chosen = filmMethods().filter(({ method }) => ['lime', 'kernel-shap'].includes(method))
    expect(chosen).toHaveLength(2)
    for (const { method, parameters } of chosen) {
      const target = { index: 0, output: 'logit', negate: false } as const
      const { map } = await explain(
        model,
        tensor,
        { method, parameters, target, layer: null, seed: 0, repeats: null },
        run,
      )
      expect(map.data.every(Number.isFinite)).toBe(true)
    }
    await model.close()
  })
})
