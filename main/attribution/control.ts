import type { Run } from '../shared/run.ts'
import { tensor } from '../tensor/tensor.ts'
import { type ItemGeometry, itemGeometry } from './item-geometry.ts'
import type { Attribution, Method, MethodInput } from './method.ts'
import { type NoParameters, noParameters } from './no-parameters.ts'
import { rowsOfBatch, streamScores } from './rows.ts'

/** A control: a map that knows nothing of the model's reasons, which every method must beat. */
export interface ControlRecipe {
  readonly id: string
  readonly title: string
  readonly summary: string
  readonly source: string
  /** One value per position, in C order of the spatial axes. */
  map(x: Float32Array, item: number, geometry: ItemGeometry, seed: number): ArrayLike<number>
}

async function runControl(
  recipe: ControlRecipe,
  { model, x, target, seed }: MethodInput,
  run: Run,
): Promise<Attribution> {
  const geometry = itemGeometry(model.input)
  const items = x.dims[0]
  const scores = new Float64Array(items)
  await streamScores(model, target, rowsOfBatch(x), run, 'score', (row, score) => {
    scores[row] = score
  })
  const map = tensor([items, 1, ...geometry.spatialDims])
  for (let item = 0; item < items; item++) {
    const own = x.data.subarray(item * geometry.size, (item + 1) * geometry.size)
    map.data.set(recipe.map(own, item, geometry, seed), item * geometry.positions)
  }
  return { map, scores, check: null, warnings: [] }
}

export function controlMethod(recipe: ControlRecipe): Method<NoParameters> {
  const { id, title, summary, source } = recipe
  return {
    id,
    version: 1,
    title,
    summary,
    source,
    family: 'control',
    output: 'position',
    needs: ['scores'],
    parameters: noParameters,
    cost: () => ({ forward: 1, gradient: 0 }),
    run: (input, _parameters, run) => runControl(recipe, input, run),
  }
}
