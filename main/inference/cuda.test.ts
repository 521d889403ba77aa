import { spawnSync } from 'node:child_process'
import path from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { noise, runModel, sketch } from '../../test/fixtures/onnx-sketch.ts'
import { int, string } from '../graph/attributes.ts'
import { providerForms } from '../graph/passes/provider-forms.ts'
import { capabilitiesOf } from './capabilities.ts'
import { compareWithCpu } from './provider-comparison.support.ts'
import { requireProvider } from './providers.ts'

describe('what is written for CUDA', () => {
  it('holds no node of those that it computes wrongly without a word, and gives the same numbers', async () => {
    const model = sketch({
      inputs: { x: [1, 3, 4, 1] },
      constants: { sizes: ['int64', [4], [1, 6, 8, 1]], last: ['int64', [1], [3]] },
      nodes: [
        ['Resize', ['x', '', '', 'sizes'], ['r'], { mode: string('linear') }],
        ['ReduceL2', ['r', 'last'], ['y'], { keepdims: int(0) }],
      ],
      outputs: ['y'],
    })
    const written = providerForms(model, capabilitiesOf('cuda'))
    expect(written.graph.nodes.map((n) => n.opType)).not.toContain('ReduceL2')
    expect(written.graph.nodes.filter((n) => n.opType === 'Resize' && n.inputs[0] === 'x')).toEqual([])
    const feeds = { x: [[1, 3, 4, 1], noise([1, 3, 4, 1])] } as const
    const [plain, other] = [await runModel(model, feeds), await runModel(written, feeds)]
    expect(other.y.dims).toEqual(plain.y.dims)
    other.y.data.forEach((v, i) => {
      expect(v).toBeCloseTo(plain.y.data[i], 6)
    })
  })

  it("keeps NVIDIA's libraries from rounding factors to ten bits, whatever the environment says", () => {
    const program = `const { runtime } = await import(${JSON.stringify(path.join(import.meta.dirname, 'session.ts'))})
      await runtime()
      console.log(process.env.NVIDIA_TF32_OVERRIDE)`
    const run = spawnSync(process.execPath, ['--input-type=module', '--eval', program], {
      encoding: 'utf8',
      env: { ...process.env, NVIDIA_TF32_OVERRIDE: '1' },
    })
    expect(run.stdout.trim(), run.stderr).toBe('0')
  })
})

describe('CUDA', () => {
  let reason = ''

  beforeAll(async () => {
    reason = await requireProvider('cuda').then(
      () => '',
      (error: Error) => error.message,
    )
  })

  for (const name of ['pools', 'volumes'] as const) {
    it(`gives the CPU's maps of a network with ${name}, and leaves it no node`, async (context) => {
      if (reason) context.skip(reason)
      const { differences, check } = await compareWithCpu(name, 'cuda')
      for (const [map, off] of Object.entries(differences)) expect(off, map).toBeLessThan(1e-4)
      expect(check).toMatchObject({ provider: 'cuda', fallbackNodes: 0, gradientReason: '', fallbackReason: '' })
      expect(check?.gradientDifference).toBeLessThan(1e-4)
    })
  }
})
