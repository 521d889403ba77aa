import { float, int, ints, string } from '../../graph/attributes.ts'
import type { FloatInput, OperatorCase } from '../adjoint.support.ts'

const x = (dims: readonly number[]): FloatInput => ({ dims, values: 'normal' })
const fixed = (dims: readonly number[]): FloatInput => ({ dims, values: 'normal', constant: true })
const all = (rank: number, value: number): number[] => new Array<number>(rank).fill(value)

interface ConvRow {
  readonly rank: number
  readonly size?: readonly number[]
  readonly kernel: readonly number[]
  readonly group?: number
  readonly channels?: readonly [number, number]
  readonly stride?: number
  readonly dilation?: number
  readonly pads?: readonly number[]
  readonly auto?: string
  readonly bias?: boolean
  /** Kernels and bias are computed too. */
  readonly computed?: boolean
}

const defaultSize: Readonly<Record<number, readonly number[]>> = { 1: [11], 2: [9, 8], 3: [7, 6, 8] }

function convCase(r: ConvRow): OperatorCase {
  const group = r.group ?? 1
  const [c, m] = r.channels ?? [group === 1 ? 3 : group * 2, group === 1 ? 2 : group]
  const size = r.size ?? defaultSize[r.rank]
  const attributes = {
    group: int(group),
    strides: ints(all(r.rank, r.stride ?? 1)),
    dilations: ints(all(r.rank, r.dilation ?? 1)),
    ...(r.auto ? { auto_pad: string(r.auto) } : { pads: ints(r.pads ?? all(2 * r.rank, 0)) }),
  }
  const weights = r.computed ? x : fixed
  const inputs = [x([2, c, ...size]), weights([m, c / group, ...r.kernel]), ...(r.bias ? [weights([m])] : [])]
  const note = `${r.computed ? 'computed ' : ''}${r.rank}-D kernel ${r.kernel} group ${group} stride ${r.stride ?? 1} dilation ${r.dilation ?? 1} pads ${r.auto ?? r.pads ?? 0}`
  return { opType: 'Conv', note, attributes, inputs }
}

function convGrid(): ConvRow[] {
  const rows: ConvRow[] = []
  for (const rank of [1, 2, 3]) {
    for (const k of [1, 3, 4]) {
      for (const stride of [1, 2, 3]) {
        for (const group of rank === 3 ? [1, 2] : [1, 2, 4]) {
          const dilation = k === 3 && group === 2 ? 2 : 1
          const reach = (k - 1) * dilation
          for (const pad of [...new Set([0, Math.floor(reach / 2)])]) {
            rows.push({ rank, kernel: all(rank, k), stride, group, dilation, pads: all(2 * rank, pad), bias: k === 3 })
          }
        }
      }
    }
  }
  return rows
}

const oddConvs: readonly ConvRow[] = [
  { rank: 2, kernel: [3, 5], pads: [0, 2, 1, 3] },
  { rank: 2, kernel: [3, 3], pads: [2, 0, 3, 1], stride: 2 },
  { rank: 2, kernel: [1, 1], pads: [1, 1, 1, 1] },
  { rank: 2, kernel: [1, 1], pads: [2, 1, 0, 1], stride: 2 },
  { rank: 2, kernel: [3, 3], pads: [3, 3, 3, 3] },
  { rank: 2, kernel: [2, 4], stride: 4 },
  { rank: 2, kernel: [3, 3], dilation: 3, pads: [3, 3, 3, 3] },
  { rank: 2, kernel: [3, 3], group: 4, channels: [4, 8], pads: [1, 1, 1, 1] },
  { rank: 2, kernel: [5, 5], group: 6, channels: [6, 6], pads: [2, 2, 2, 2], stride: 2 },
  { rank: 2, kernel: [4, 4], auto: 'SAME_UPPER', stride: 2 },
  { rank: 2, kernel: [4, 4], auto: 'SAME_LOWER' },
  { rank: 2, kernel: [3, 3], auto: 'VALID', stride: 2 },
  { rank: 3, kernel: [3, 1, 2], stride: 2, pads: [1, 0, 1, 1, 0, 0] },
  { rank: 3, kernel: [1, 1, 1], stride: 2 },
  { rank: 3, kernel: [3, 3, 3], stride: 2, dilation: 2, pads: all(6, 2) },
  { rank: 3, kernel: [2, 2, 2], stride: 3 },
  { rank: 3, kernel: [3, 3, 3], stride: 2, group: 2, pads: [0, 1, 2, 2, 1, 0] },
  { rank: 1, kernel: [5], pads: [4, 1], stride: 3 },
  { rank: 1, kernel: [3], pads: [1, 0], stride: 2, computed: true },
  { rank: 2, kernel: [3, 2], pads: [1, 0, 2, 1], bias: true, computed: true },
  { rank: 2, kernel: [3, 3], stride: 3, dilation: 2, pads: [2, 1, 0, 2], computed: true },
  { rank: 2, kernel: [3, 3], group: 4, channels: [4, 8], pads: [1, 1, 1, 1], stride: 2, bias: true, computed: true },
  { rank: 2, kernel: [2, 2], group: 2, channels: [6, 4], auto: 'SAME_UPPER', computed: true },
  { rank: 3, kernel: [2, 3, 1], group: 2, stride: 2, pads: [0, 1, 0, 1, 1, 0], computed: true },
]

interface TransposeRow {
  readonly rank: number
  readonly k: number
  readonly stride: number
  readonly pad?: number
  readonly extra?: number
  readonly group?: number
  readonly dilation?: number
}

function convTransposeCase(r: TransposeRow): OperatorCase {
  const group = r.group ?? 1
  const attributes = {
    group: int(group),
    strides: ints(all(r.rank, r.stride)),
    dilations: ints(all(r.rank, r.dilation ?? 1)),
    pads: ints(all(2 * r.rank, r.pad ?? 0)),
    output_padding: ints(all(r.rank, r.extra ?? 0)),
  }
  const size = { 1: [6], 2: [4, 5], 3: [3, 4, 3] }[r.rank]!
  const weights = fixed([2 * group, 3, ...all(r.rank, r.k)])
  return {
    opType: 'ConvTranspose',
    note: JSON.stringify(r),
    attributes,
    inputs: [x([2, 2 * group, ...size]), weights, fixed([3 * group])],
  }
}

const transposes: readonly TransposeRow[] = [1, 2, 3].flatMap((rank) => [
  { rank, k: 3, stride: 1 },
  { rank, k: 3, stride: 1, pad: 1 },
  { rank, k: 2, stride: 2 },
  { rank, k: 3, stride: 2, pad: 1, extra: 1 },
  { rank, k: 4, stride: 3, pad: 1 },
  { rank, k: 3, stride: 2, group: 2, pad: 1 },
  { rank, k: 3, stride: 2, dilation: 2, pad: 2, extra: 1 },
  { rank, k: 2, stride: 3, extra: 2 },
])

const gemms: readonly OperatorCase[] = [0, 1].flatMap((transA) =>
  [0, 1].flatMap((transB) =>
    [[3, 5], [5], [3, 1], []].map(
      (bias): OperatorCase => ({
        opType: 'Gemm',
        note: `transA ${transA} transB ${transB} C [${bias}]`,
        attributes: { transA: int(transA), transB: int(transB), alpha: float(0.7), beta: float(1.3) },
        inputs: [x(transA ? [4, 3] : [3, 4]), x(transB ? [5, 4] : [4, 5]), x(bias)],
      }),
    ),
  ),
)

const products: readonly (readonly [readonly number[], readonly number[]])[] = [
  [
    [3, 4],
    [4, 5],
  ],
  [
    [2, 3, 4],
    [4, 5],
  ],
  [
    [2, 3, 4],
    [2, 4, 5],
  ],
  [
    [2, 1, 3, 4],
    [3, 4, 5],
  ],
  [
    [3, 4],
    [2, 4, 5],
  ],
  [[4], [4, 5]],
  [[3, 4], [4]],
  [[4], [4]],
  [[2, 3, 4], [4]],
  [[4], [2, 4, 5]],
]

const einsums: readonly (readonly [string, readonly (readonly number[])[]])[] = [
  [
    'bij,bjk->bik',
    [
      [2, 3, 4],
      [2, 4, 5],
    ],
  ],
  [
    'bhid,bhjd->bhij',
    [
      [2, 2, 3, 4],
      [2, 2, 5, 4],
    ],
  ],
  ['ij->i', [[3, 4]]],
  ['ij->ji', [[3, 4]]],
  [
    'ij,jk,kl->il',
    [
      [2, 3],
      [3, 4],
      [4, 2],
    ],
  ],
  ['bi,i->b', [[2, 3], [3]]],
  ['i,j->ij', [[3], [4]]],
  [
    'ijk,il->jl',
    [
      [2, 3, 4],
      [2, 5],
    ],
  ],
]

export const linearCases: readonly OperatorCase[] = [
  ...[...convGrid(), ...oddConvs].map(convCase),
  ...transposes.map(convTransposeCase),
  {
    opType: 'ConvTranspose',
    note: 'output_shape',
    attributes: { strides: ints([2, 2]), output_shape: ints([8, 9]) },
    inputs: [x([1, 2, 4, 5]), fixed([2, 3, 3, 3])],
  },
  ...['SAME_UPPER', 'SAME_LOWER'].map(
    (auto): OperatorCase => ({
      opType: 'ConvTranspose',
      note: auto,
      attributes: { strides: ints([2, 2]), auto_pad: string(auto) },
      inputs: [x([1, 2, 4, 5]), fixed([2, 3, 3, 3])],
    }),
  ),
  ...gemms,
  { opType: 'Gemm', note: 'without C', inputs: [x([3, 4]), x([4, 5])] },
  ...products.map(([a, b]): OperatorCase => ({ opType: 'MatMul', note: `[${a}]·[${b}]`, inputs: [x(a), x(b)] })),
  ...einsums.map(
    ([equation, dims]): OperatorCase => ({
      opType: 'Einsum',
      note: equation,
      attributes: { equation: string(equation) },
      inputs: dims.map(x),
    }),
  ),
]
