import { expect, it } from 'vitest'
import { runModel } from '../../test/fixtures/onnx-sketch.ts'
import { NOTHING } from '../graph/capabilities.ts'
import { providerForms } from '../graph/passes/provider-forms.ts'
import { checkAdjoint, type OperatorCase, type Runner } from './adjoint.support.ts'
import { linearCases } from './tables/linear.support.ts'
import { windowCases } from './tables/windows.support.ts'

/** As a session of a provider that computes none of the named forms gets the graph. */
const run: Runner = (model, feeds) =>
  runModel(
    providerForms(model, NOTHING),
    Object.fromEntries(Object.entries(feeds).map(([name, t]) => [name, [t.dims, t.data]])),
  )

const affected = new Set(['Conv', 'ConvTranspose', 'MaxPool', 'AveragePool', 'LpPool'])
const isSolid = ({ inputs }: OperatorCase): boolean => inputs[0]?.dims.length === 5
const isUneven = ({ attributes }: OperatorCase): boolean => {
  const pads = attributes?.['pads']?.kind === 'ints' ? attributes['pads'].value : []
  return pads.some((p, i) => p !== pads[(i + pads.length / 2) % pads.length])
}
/** Every third case over three axes, and all with uneven pads. */
const cases = [...linearCases, ...windowCases]
  .filter((c) => affected.has(c.opType) && (isSolid(c) || isUneven(c)))
  .filter((c, i) => isUneven(c) || i % 3 === 0)

it(`forms for a lesser provider agree with differences in double precision over ${cases.length} cases`, async () => {
  const failures: string[] = []
  for (const [i, c] of cases.entries()) {
    const found = await checkAdjoint(c, run, 700 + i, NOTHING)
    if (!(found.value <= 1e-5 && found.adjoint <= 1e-5)) {
      failures.push(`${c.opType} ${c.note}: ${found.value.toExponential(1)}, ${found.adjoint.toExponential(1)}`)
    }
  }
  expect(failures).toEqual([])
}, 60_000)
