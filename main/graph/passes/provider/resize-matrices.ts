import { ints, intsAttribute, stringAttribute } from '../../attributes.ts'
import type { Node, Shapes } from '../../model.ts'
import type { Emit } from '../../rewrite.ts'

/** What Resize does along one axis. */
interface Along {
  readonly axis: number
  readonly from: number
  readonly to: number
  /** Null where sizes are given. */
  readonly scale: number | null
  /** Beginning and end of the region, in units of the axis. */
  readonly region: readonly [number, number]
}

/**
 * Resize along axes for which kernels were not made (linear and cubic: other than the last two, or of volumes the last
 * three), and of a region of interest: along each axis in turn y = x·Mᵀ. M is what Resize makes of an identity matrix along
 * its last axis; the runtime computes it on the CPU when the graph is loaded.
 *
 * Stays as it is where scales, sizes or region are computed, where the region reaches outside (what is put there is no
 * multiple of x), and where the aspect ratio is kept by a policy.
 *
 * source  ONNX operator set, Resize 11, 13, 18, 19
 */
export function resizedByMatrices(node: Node, emit: Emit, shapes: Shapes): boolean {
  if (node.opType !== 'Resize' || emit.opset < 11) return false
  if (stringAttribute(node, 'keep_aspect_ratio_policy', 'stretch') !== 'stretch') return false
  const [from, to] = [shapes.get(node.inputs[0])?.dims, shapes.get(node.outputs[0])?.dims]
  if (!from || !to) return false
  const changes = changesOf(node, emit, from, to)
  if (changes === null || changes.length === 0 || !isUnusual(node, from.length, changes)) return false
  let x = node.inputs[0]
  changes.forEach((along, i) => {
    const isLast = i === changes.length - 1
    x = product(node, emit, x, along, from.length, isLast ? node.outputs : 1)
  })
  return true
}

const isRegional = (node: Node): boolean =>
  stringAttribute(node, 'coordinate_transformation_mode', 'half_pixel') === 'tf_crop_and_resize'

function isUnusual(node: Node, rank: number, changes: readonly Along[]): boolean {
  if (isRegional(node)) return true
  const mode = stringAttribute(node, 'mode', 'nearest')
  if (mode === 'nearest') return false
  const inner = mode === 'linear' && rank === 5 ? 3 : 2
  return changes.some(({ axis }) => axis < rank - inner)
}

/** The axes along which something happens; null where it cannot be told. */
function changesOf(node: Node, emit: Emit, from: readonly number[], to: readonly number[]): Along[] | null {
  const rank = from.length
  const axes = intsAttribute(node, 'axes', [...from.keys()]).map((a) => (a < 0 ? a + rank : a))
  const numbers = (i: number): ArrayLike<number> | null => (node.inputs[i] ? emit.numbersOf(node.inputs[i]) : [])
  const [roi, scales] = [numbers(1), numbers(2)]
  if (scales === null || (isRegional(node) && roi === null)) return null
  const region = isRegional(node) && roi !== null ? roi : []
  if (Array.from(region).some((v) => v < 0 || v > 1)) return null
  return axes.flatMap((axis, i): Along[] => {
    const scale = scales.length > 0 ? scales[i] : null
    const part = region.length > 0 ? ([region[i], region[axes.length + i]] as const) : ([0, 1] as const)
    const isWhole = part[0] === 0 && part[1] === 1
    if (from[axis] === to[axis] && (scale === null || scale === 1) && isWhole) return []
    return [{ axis, from: from[axis], to: to[axis], scale, region: part }]
  })
}

function product(
  node: Node,
  emit: Emit,
  x: string,
  { axis, from, to, scale, region }: Along,
  rank: number,
  outputs: number | readonly string[],
): string {
  const identity = new Float32Array(from * from)
  for (let i = 0; i < from; i++) identity[i * from + i] = 1
  const { axes: _axes, extrapolation_value: _outside, ...attributes } = node.attributes
  const [resized] = emit.add(
    'Resize',
    [
      emit.constant('float', [1, 1, from, from], identity),
      emit.constant('float', [8], [0, 0, 0, region[0], 1, 1, 1, region[1]]),
      scale === null ? '' : emit.constant('float', [4], [1, 1, 1, scale]),
      ...(scale === null ? [emit.constant('int64', [4], [1, 1, from, to])] : []),
    ],
    attributes,
  )
  const [matrix] = emit.add('Reshape', [resized, emit.constant('int64', [2], [from, to])])
  const last = rank - 1
  if (axis === last) return emit.add('MatMul', [x, matrix], {}, outputs)[0]
  // Exchanging two axes is its own inverse.
  const exchanged = [...Array(rank).keys()].map((a) => (a === axis ? last : a === last ? axis : a))
  const turn = { perm: ints(exchanged) }
  const [turned] = emit.add('Transpose', [x], turn)
  const [multiplied] = emit.add('MatMul', [turned, matrix])
  return emit.add('Transpose', [multiplied], turn, outputs)[0]
}
