import { expect, it } from 'vitest'
import type { OnnxModel } from '../../graph/model.ts'
import { writeModel } from '../../graph/write.ts'
import { Session } from '../../inference/session.ts'
import { checkAdjoint, type OperatorCase, type Runner } from '../adjoint.support.ts'
import { buildGradient } from '../gradient.ts'
import { cornerCases } from '../tables/corner.support.ts'
import { arithmeticCases, elementWiseCases } from '../tables/element-wise.support.ts'
import { linearCases } from '../tables/linear.support.ts'
import { movingCases } from '../tables/moving.support.ts'
import { statisticsCases } from '../tables/statistics.support.ts'
import { windowCases } from '../tables/windows.support.ts'
import { operators } from './registry.ts'

/** Single precision against double. */
const tolerance = 1e-5
const settings = { provider: 'cpu', threads: 1, optimisation: 'basic', arena: true } as const

const run: Runner = async (model, feeds) => {
  const session = await Session.load(writeModel(model), settings)
  const given = Object.entries(feeds).map(([name, t]) => [name, { type: 'float' as const, ...t }])
  const results = await session.run(Object.fromEntries(given))
  await session.close()
  return Object.fromEntries(
    Object.entries(results).map(([name, t]) => [name, { dims: t.dims, data: Array.from(t.data, Number) }]),
  )
}

const cases: readonly OperatorCase[] = [
  ...elementWiseCases,
  ...arithmeticCases,
  ...linearCases,
  ...windowCases,
  ...statisticsCases,
  ...movingCases,
  ...cornerCases,
]
const byOperator = Map.groupBy(cases, (c) => c.opType)

for (const [opType, own] of byOperator) {
  it(`${opType}: value and adjoint agree with double precision over ${own.length} cases`, async () => {
    const failures: string[] = []
    for (const [i, c] of own.entries()) {
      const found = await checkAdjoint(c, run, 1000 + i).catch((error: Error) => error)
      if (found instanceof Error) failures.push(`${c.note}: ${found.message}`)
      else if (!(found.value <= tolerance && found.adjoint <= tolerance)) {
        failures.push(
          `${c.note}: value off by ${found.value.toExponential(1)}, adjoint by ${found.adjoint.toExponential(1)}`,
        )
      }
    }
    expect(failures).toEqual([])
  })
}

const zeroes = operators.filter((o) => o.role === 'zero')

it('every registered operator stands in a table', () => {
  const missing = operators.filter((o) => o.role !== 'zero' && !byOperator.has(o.opType)).map((o) => o.opType)
  expect(missing).toEqual([])
  console.log(
    `${operators.length} operators with a rule: ${operators.length - zeroes.length} by ${cases.length} adjoint cases, ${zeroes.length} that pass nothing back`,
  )
})

it.each(zeroes.map((o) => o.opType))('%s passes nothing back, and says so', (opType) => {
  const model: OnnxModel = {
    irVersion: 10,
    opsets: { '': 18 },
    producer: 'test',
    producerVersion: '',
    metadata: {},
    graph: {
      name: 'zero',
      inputs: [{ name: 'x', type: 'float', dims: [2] }],
      outputs: [{ name: 'y', type: 'float', dims: [2] }],
      nodes: [{ name: 'n', opType, domain: '', inputs: ['x'], outputs: ['y'], attributes: {} }],
      initializers: new Map(),
    },
    directory: null,
    repairs: [],
  }
  const shapes = new Map(['x', 'y'].map((name) => [name, { type: 'float' as const, dims: [2] }]))
  const build = (): unknown => buildGradient(model, shapes, { source: 'x', scoreTensor: 'y', rule: 'plain' })
  expect(build).toThrow(expect.objectContaining({ code: 'autodiff.no-path' }))
})
