import {
  existsSync,
  linkSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { SaliscopeError } from '../shared/errors.ts'
import { constantBytes, makeConstant } from './constants.ts'
import type { Graph, OnnxModel } from './model.ts'
import { parseModel, readModel } from './read.ts'
import { encodeModel } from './schema.ts'
import { keepsExternalData, writeModel } from './write.ts'

const reference = process.env['SALISCOPE_REFERENCE'] ?? '../shared'
const here = existsSync(join(reference, 'data/onnx'))
const golden = 'test/golden/attribution/models'

interface Expected {
  ir: number
  opsets: Record<string, number>
  producer: string
  nodes: number
  ops: string[]
  params: number
  inputs: [string, (number | string)[], string][]
  outputs: [string, (number | string)[], string][]
  initializers_also_listed_as_inputs: number
}

/** The error of a call, or a failure when it gives none; the sentence is checked to be one. */
function errorOf(call: () => unknown): SaliscopeError {
  try {
    call()
  } catch (error) {
    expect(error).toBeInstanceOf(SaliscopeError)
    const known = error as SaliscopeError
    expect(known.message).toMatch(/^[A-Z“"].*\.$/s)
    expect(known.message).not.toContain('\n')
    return known
  }
  throw new Error('no error')
}

/** Everything comparable of a graph, weights as their bytes. */
function plain(model: OnnxModel): unknown {
  const graphOf = (graph: Graph): unknown => ({
    ...graph,
    initializers: [...graph.initializers].map(([name, t]) => [
      name,
      t.type,
      t.dims,
      Buffer.from(constantBytes(t, model.directory)).toString('base64'),
    ]),
    nodes: graph.nodes.map((node) => ({
      ...node,
      attributes: Object.entries(node.attributes)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([name, a]) => [
          name,
          a.kind,
          a.kind === 'graph'
            ? graphOf(a.value)
            : a.kind === 'tensor'
              ? [a.value.type, a.value.dims, Buffer.from(constantBytes(a.value, model.directory)).toString('base64')]
              : a.value,
        ]),
    })),
  })
  return { opsets: model.opsets, metadata: model.metadata, producer: model.producer, graph: graphOf(model.graph) }
}

describe('reading the golden models', () => {
  for (const file of readdirSync(golden).filter((f) => f.endsWith('.onnx'))) {
    it(`reads and rewrites ${file} without loss`, () => {
      const model = readModel(join(golden, file))
      expect(model.graph.nodes.length).toBeGreaterThan(3)
      const bytes = writeModel(model)
      expect(plain(parseModel(bytes, file, model.directory))).toEqual({ ...(plain(model) as object) })
    })
  }

  it('keeps weights as views on the bytes it was given', () => {
    const bytes = readFileSync(join(golden, 'resnet.onnx'))
    const raw = [...parseModel(bytes).graph.initializers.values()].filter((t) => t.dims.length === 4)
    expect(raw.length).toBeGreaterThan(3)
    for (const t of raw) expect(t.source.kind === 'bytes' && t.source.bytes.buffer === bytes.buffer).toBe(true)
  })
})

describe.skipIf(!here)('reading the reference files', () => {
  const expected = here
    ? (JSON.parse(readFileSync(join(reference, 'data/onnx-expected.json'), 'utf8')) as Record<string, Expected>)
    : {}
  const folders = ['real', 'topology-light', 'odd']
  const files = folders.flatMap((d) =>
    here ? readdirSync(join(reference, 'data/onnx', d)).map((f) => `onnx/${d}/${f}`) : [],
  )
  const readable = files.filter((f) => f.endsWith('.onnx') && !f.includes('custom_op'))

  for (const file of readable) {
    it(`reads ${file} as another reader does`, () => {
      const model = readModel(join(reference, 'data', file))
      const wanted = expected[file]
      expect(model.irVersion).toBe(wanted.ir)
      expect(model.producer).toBe(wanted.producer)
      expect(model.opsets['']).toBe(wanted.opsets['ai.onnx'])
      expect(model.graph.nodes.length).toBe(wanted.nodes)
      expect([...new Set(model.graph.nodes.map((n) => n.opType))].sort()).toEqual(wanted.ops)
      const values = (list: OnnxModel['graph']['inputs']): unknown[] =>
        list.map((v) => [v.name, v.dims, v.type.toUpperCase()])
      expect(values(model.graph.inputs)).toEqual(wanted.inputs)
      expect(values(model.graph.outputs)).toEqual(wanted.outputs)
      let params = 0
      for (const t of model.graph.initializers.values()) params += t.dims.reduce((a, b) => a * b, 1)
      expect(params).toBe(wanted.params)
      expect(model.repairs.some((r) => r.startsWith(`${wanted.initializers_also_listed_as_inputs} weights`))).toBe(
        wanted.initializers_also_listed_as_inputs > 0,
      )
    })
  }

  it('refuses the ORT format and the custom operator by name', () => {
    const odd = join(reference, 'data/onnx/odd')
    const ort = errorOf(() => readModel(join(odd, 'mnist_ort_format.ort')))
    expect(ort.code).toBe('graph.not-onnx')
    expect(ort.message).toContain('ORT format')
    const custom = errorOf(() => readModel(join(odd, 'custom_op_noisy_relu.onnx')))
    expect(custom.code).toBe('graph.operator')
    expect(custom.message).toContain('NoisyRelu')
    expect(custom.message).toContain('MyNoisyReluDomain')
  })

  const refusals: Record<string, string> = {
    cycle: 'graph.structure',
    dangling_input: 'graph.structure',
    dim_product_overflow: 'graph.constant',
    dims_larger_than_data: 'graph.constant',
    duplicate_output: 'graph.structure',
    empty: 'graph.empty',
    ext_absolute: 'graph.external-data',
    ext_dev_zero: 'graph.external-data',
    ext_dotdot: 'graph.external-data',
    ext_len_beyond: 'graph.external-data',
    ext_mid_dotdot: 'graph.external-data',
    ext_missing: 'graph.external-data',
    ext_offset_huge: 'graph.external-data',
    ext_offset_negative: 'graph.external-data',
    negative_dim: 'graph.constant',
    opset_999: 'graph.opset',
    png_renamed: 'graph.not-onnx',
    unknown_domain: 'graph.operator',
  }
  const hostile = here ? readdirSync(join(reference, 'data/hostile/onnx')).filter((f) => f.endsWith('.onnx')) : []
  for (const file of hostile) {
    const code = refusals[file.replace('.onnx', '')]
    it(`${code ? `refuses ${file} with ${code}` : `reads ${file}`}`, () => {
      const path = join(reference, 'data/hostile/onnx', file)
      if (code) expect(errorOf(() => readModel(path)).code).toBe(code)
      else expect(readModel(path).graph.nodes.length).toBeGreaterThan(0)
    })
  }
})

describe('external data and damaged files', () => {
  let folder = ''
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'saliscope-graph-'))
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  /** y = x · W with W [2, 2] in a file beside the model. */
  function withExternal(location: string, entries: Record<string, string> = {}): string {
    const path = join(folder, 'external.onnx')
    const external = Object.entries({ location, ...entries }).map(([key, value]) => ({ key, value }))
    const tensor = (name: string) => ({
      name,
      type: { tensorType: { elemType: 1, shape: { dim: [{ dimValue: 1 }, { dimValue: 2 }] } } },
    })
    writeFileSync(
      path,
      encodeModel({
        irVersion: 8,
        opsetImport: [{ domain: '', version: 17 }],
        graph: {
          name: 'g',
          node: [{ opType: 'MatMul', input: ['x', 'W'], output: ['y'] }],
          initializer: [{ name: 'W', dims: [2, 2], dataType: 1, dataLocation: 1, externalData: external }],
          input: [tensor('x')],
          output: [tensor('y')],
        },
      }),
    )
    return path
  }

  it('reads weights from the file beside the model and writes them inside', () => {
    writeFileSync(join(folder, 'w.bin'), new Uint8Array(makeBytes([9, 1, 2, 3, 4])))
    const model = readModel(withExternal('w.bin', { offset: '4', length: '16' }))
    const weight = model.graph.initializers.get('W')
    expect(weight?.source).toEqual({ kind: 'external', location: 'w.bin', offset: 4, length: 16 })
    expect(keepsExternalData(model)).toBe(false)
    const again = parseModel(writeModel(model)).graph.initializers.get('W')
    expect(again?.source.kind === 'bytes' && again.source.bytes).toEqual(Buffer.from(makeBytes([1, 2, 3, 4])))
  })

  it('refuses symbolic and hard links, whatever they point to', () => {
    writeFileSync(join(folder, 'real.bin'), new Uint8Array(16))
    symlinkSync(join(folder, 'real.bin'), join(folder, 'soft.bin'))
    expect(errorOf(() => readModel(withExternal('soft.bin'))).message).toContain('symbolic link')
    linkSync(join(folder, 'real.bin'), join(folder, 'hard.bin'))
    expect(errorOf(() => readModel(withExternal('hard.bin'))).message).toContain('hard link')
  })

  it('names what other files really are, and truncation', () => {
    const good = readFileSync(join(golden, 'resnet.onnx'))
    const files: [Uint8Array, string][] = [
      [Buffer.from('version https://git-lfs.github.com/spec/v1\noid sha256:12\nsize 4\n'), 'Git-LFS'],
      [Buffer.concat([Buffer.from('PK\x03\x04'), Buffer.alloc(60)]), 'ZIP'],
      [Buffer.concat([Buffer.from([0x89, 0x48, 0x44, 0x46]), Buffer.alloc(60)]), 'HDF5'],
      [Buffer.alloc(512), 'zeros'],
      [good.subarray(0, good.length - 1), 'breaks off'],
      [good.subarray(0, 1000), 'breaks off'],
      [Buffer.from([0xff, 0x01, 0xc3, 0x99, 0x12, 0x80, 0x81, 0xfe]), 'unknown kind'],
    ]
    for (const [bytes, word] of files) expect(errorOf(() => parseModel(bytes, 'model.onnx')).message).toContain(word)
    expect(errorOf(() => readModel(join(folder, 'nowhere.onnx'))).code).toBe('graph.not-found')
    expect(errorOf(() => readModel(folder)).code).toBe('graph.not-found')
  })

  it('never fails otherwise than by name on mutated bytes', () => {
    const good = readFileSync(join(golden, 'binary.onnx'))
    for (let seed = 1; seed < 300; seed++) {
      const bytes = Buffer.from(good)
      for (let k = 0; k < 3; k++)
        bytes[(seed * 7919 + k * 104729) % Math.min(bytes.length, 4000)] = (seed * 31 + k * 17) & 255
      try {
        parseModel(bytes)
      } catch (error) {
        expect(error).toBeInstanceOf(SaliscopeError)
      }
    }
  })
})

function makeBytes(values: number[]): ArrayBufferLike {
  return Float32Array.from(values).buffer
}

describe('typed fields, sparse tensors and functions', () => {
  const value = (name: string) => ({ name, type: { tensorType: { elemType: 1, shape: { dim: [{ dimValue: 2 }] } } } })

  it('reads every typed field as its raw bytes would read', () => {
    const model = parseModel(
      encodeModel({
        irVersion: 8,
        opsetImport: [{ domain: '', version: 17 }],
        graph: {
          name: 'g',
          node: [{ opType: 'Identity', input: ['x'], output: ['y'] }],
          initializer: [
            { name: 'f', dims: [2], dataType: 1, floatData: [1.5, -2] },
            { name: 'i', dims: [2], dataType: 7, int64Data: [-1, 5] },
            { name: 'h', dims: [1], dataType: 10, int32Data: [0x3c00] },
            { name: 'b', dims: [2], dataType: 9, int32Data: [1, 0] },
            { name: 'd', dims: [1], dataType: 11, doubleData: [0.1] },
          ],
          sparseInitializer: [
            {
              values: { name: 's', dims: [2], dataType: 1, floatData: [7, 8] },
              indices: { dims: [2], dataType: 7, int64Data: [1, 5] },
              dims: [2, 3],
            },
          ],
          input: [value('x')],
          output: [value('y')],
        },
      }),
    )
    const bytes = (name: string) => {
      const source = model.graph.initializers.get(name)?.source
      return source?.kind === 'bytes' ? [...source.bytes] : null
    }
    const of = (t: ReturnType<typeof makeConstant>) => (t.source.kind === 'bytes' ? [...t.source.bytes] : null)
    expect(bytes('f')).toEqual(of(makeConstant('', 'float', [2], [1.5, -2])))
    expect(bytes('i')).toEqual(of(makeConstant('', 'int64', [2], [-1, 5])))
    expect(bytes('h')).toEqual(of(makeConstant('', 'float16', [1], [1])))
    expect(bytes('b')).toEqual([1, 0])
    expect(bytes('d')).toEqual(of(makeConstant('', 'double', [1], [0.1])))
    expect(bytes('s')).toEqual(of(makeConstant('', 'float', [2, 3], [0, 7, 0, 0, 0, 8])))
  })

  it('inlines functions of the model, attribute references and nesting included', () => {
    const model = parseModel(
      encodeModel({
        irVersion: 8,
        opsetImport: [
          { domain: '', version: 18 },
          { domain: 'local', version: 1 },
        ],
        functions: [
          {
            name: 'Inner',
            domain: 'local',
            input: ['a'],
            output: ['b'],
            attribute: ['slope'],
            node: [
              {
                opType: 'LeakyRelu',
                input: ['a'],
                output: ['b'],
                attribute: [{ name: 'alpha', refAttrName: 'slope', type: 1 }],
              },
            ],
            opsetImport: [{ domain: '', version: 18 }],
          },
          {
            name: 'Outer',
            domain: 'local',
            input: ['p'],
            output: ['q'],
            node: [
              {
                opType: 'Inner',
                domain: 'local',
                input: ['p'],
                output: ['t'],
                attribute: [{ name: 'slope', type: 1, f: 0.5 }],
              },
              { opType: 'Relu', input: ['t'], output: ['q'] },
            ],
            opsetImport: [{ domain: '', version: 18 }],
          },
        ],
        graph: {
          name: 'g',
          node: [
            { opType: 'Outer', domain: 'local', input: ['x'], output: ['m'] },
            { opType: 'Outer', domain: 'local', input: ['m'], output: ['y'] },
          ],
          input: [value('x')],
          output: [value('y')],
        },
      }),
    )
    expect(model.graph.nodes.map((n) => n.opType)).toEqual(['LeakyRelu', 'Relu', 'LeakyRelu', 'Relu'])
    expect(model.graph.nodes[0].attributes['alpha']).toEqual({ kind: 'float', value: 0.5 })
    expect(model.graph.nodes[3].outputs).toEqual(['y'])
    expect(model.repairs[0]).toContain('2 functions')
  })
})
