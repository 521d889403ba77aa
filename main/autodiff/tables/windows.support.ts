import { int, ints, string } from '../../graph/attributes.ts'
import type { OperatorCase, Values } from '../adjoint.support.ts'

interface PoolRow {
  readonly size: readonly number[]
  readonly kernel: readonly number[]
  readonly strides?: readonly number[]
  readonly pads?: readonly number[]
  readonly dilations?: readonly number[]
  readonly ceil?: boolean
  readonly auto?: string
}

const rows: readonly PoolRow[] = [
  { size: [8, 6], kernel: [2, 2], strides: [2, 2] },
  { size: [9, 7], kernel: [2, 2], strides: [2, 2] },
  { size: [8, 9], kernel: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] },
  { size: [8, 9], kernel: [3, 3], pads: [1, 1, 1, 1] },
  { size: [8, 9], kernel: [3, 2], pads: [0, 1, 2, 0] },
  { size: [8, 9], kernel: [2, 3], strides: [3, 1] },
  { size: [8, 7], kernel: [3, 3], strides: [2, 2], ceil: true },
  { size: [8, 7], kernel: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1], ceil: true },
  { size: [8, 7], kernel: [2, 2], strides: [3, 3], ceil: true },
  { size: [7, 8], kernel: [3, 3], strides: [2, 2], auto: 'SAME_UPPER' },
  { size: [7, 8], kernel: [2, 2], auto: 'SAME_LOWER' },
  { size: [10], kernel: [3], strides: [2], pads: [1, 1] },
  { size: [10], kernel: [4], strides: [1] },
  { size: [5, 6, 4], kernel: [2, 2, 2], strides: [2, 2, 2] },
  { size: [5, 6, 5], kernel: [3, 3, 3], strides: [2, 2, 2], pads: [1, 1, 1, 1, 1, 1] },
  { size: [5, 6, 5], kernel: [3, 2, 1], strides: [1, 2, 1] },
  { size: [6, 6], kernel: [1, 1], strides: [2, 2] },
]

const dilated: readonly PoolRow[] = [
  { size: [9, 8], kernel: [3, 2], dilations: [2, 3] },
  { size: [9, 8], kernel: [2, 3], dilations: [2, 1], strides: [2, 2], pads: [1, 1, 1, 1] },
  { size: [6, 6, 6], kernel: [2, 2, 2], dilations: [2, 2, 2], strides: [2, 2, 2] },
]

function poolCase(
  opType: string,
  r: PoolRow,
  values: Values,
  more: Readonly<Record<string, ReturnType<typeof int>>> = {},
  opset = 18,
): OperatorCase {
  const attributes = {
    kernel_shape: ints(r.kernel),
    ...(r.strides ? { strides: ints(r.strides) } : {}),
    ...(r.pads ? { pads: ints(r.pads) } : {}),
    ...(r.dilations ? { dilations: ints(r.dilations) } : {}),
    ...(r.auto ? { auto_pad: string(r.auto) } : {}),
    ...(r.ceil ? { ceil_mode: int(1) } : {}),
    ...more,
  }
  const extra = Object.keys(more)
    .map((k) => `${k} ${(more[k] as { value: unknown }).value}`)
    .join(' ')
  return {
    opType,
    note: `${JSON.stringify(r)} ${extra}`,
    attributes,
    inputs: [{ dims: [2, 3, ...r.size], values }],
    opset,
  }
}

export const windowCases: readonly OperatorCase[] = [
  ...rows.map((r) => poolCase('AveragePool', r, 'normal')),
  ...rows.map((r) => poolCase('AveragePool', r, 'normal', { count_include_pad: int(1) }, 19)),
  ...dilated.map((r) => poolCase('AveragePool', r, 'normal', {}, 19)),
  ...[...rows, ...dilated].map((r) => poolCase('MaxPool', r, 'spread')),
  ...rows
    .filter((r) => !r.ceil)
    .flatMap((r) => [poolCase('LpPool', r, 'clear', { p: int(2) }), poolCase('LpPool', r, 'clear', { p: int(3) })]),
  {
    opType: 'MaxUnpool',
    note: '2×2',
    attributes: { kernel_shape: ints([2, 2]), strides: ints([2, 2]) },
    inputs: [
      { dims: [1, 1, 2, 2], values: 'normal' },
      { dims: [1, 1, 2, 2], type: 'int64', numbers: [1, 6, 12, 11] },
    ],
  },
]
