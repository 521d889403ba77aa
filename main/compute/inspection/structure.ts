import { operatorOf } from '../../autodiff/operators/registry.ts'
import { nodesBetween } from '../../autodiff/walk.ts'
import { intsAttribute } from '../../graph/attributes.ts'
import { consumersOf, producersOf } from '../../graph/edit.ts'
import type { Node } from '../../graph/model.ts'
import type { Prepared } from '../../inference/prepare.ts'
import { SCORES } from '../../inference/score-head.ts'
import type { ModelDetails } from '../../shared/domain/model.ts'

const ACTIVATIONS = new Set(
  'Relu Clip LeakyRelu PRelu Elu Selu Celu Sigmoid Tanh HardSigmoid HardSwish Softplus Softsign Mish Gelu Erf Swish ThresholdedRelu'.split(
    ' ',
  ),
)
const NORMS = new Set(
  'InstanceNormalization LayerNormalization GroupNormalization RMSNormalization LRN MeanVarianceNormalization LpNormalization'.split(
    ' ',
  ),
)

type Part = ModelDetails['structure'][number]

/** Nodes on the way from the input to the scores, with what makes and reads their tensors. */
class Path {
  readonly nodes: readonly Node[]
  readonly active: ReadonlySet<string>
  readonly #producers: ReadonlyMap<string, Node>
  readonly #consumers: ReadonlyMap<string, readonly Node[]>
  readonly #rank: (name: string) => number

  constructor({ one, input }: Prepared) {
    const { nodes, active } = nodesBetween(one.model.graph, one.shapes, input.name, SCORES, operatorOf)
    this.nodes = nodes
    this.active = active
    this.#producers = producersOf(one.model.graph)
    this.#consumers = consumersOf(one.model.graph)
    this.#rank = (name) => one.shapes.get(name)?.dims.length ?? 0
  }

  count(test: (node: Node) => boolean): number {
    return this.nodes.filter(test).length
  }

  before(node: Node): Node | undefined {
    return this.#producers.get(node.inputs[0])
  }

  after(node: Node): readonly Node[] {
    return this.#consumers.get(node.outputs[0]) ?? []
  }

  /** Whether a node joins tensors that both depend on the input. */
  joins(node: Node): boolean {
    return node.inputs.filter((name) => this.active.has(name)).length > 1
  }

  rank(node: Node): number {
    return this.#rank(node.inputs[0])
  }
}

function batchNorms(path: Path): Part | null {
  const norms = path.nodes.filter((node) => node.opType === 'BatchNormalization')
  if (norms.length === 0) return null
  const isConv = (node: Node | undefined) => node?.opType === 'Conv' || node?.opType === 'ConvTranspose'
  const behind = norms.filter((node) => isConv(path.before(node)) || path.before(node)?.opType === 'Gemm').length
  const ahead = norms.filter(
    (node) => !isConv(path.before(node)) && path.after(node).some((next) => next.opType === 'Relu' || isConv(next)),
  ).length
  const parts = [
    behind > 0 ? `${behind} behind a linear layer` : '',
    ahead > 0 ? `${ahead} before the activation or convolution they feed (as in DenseNet)` : '',
    norms.length - behind - ahead > 0 ? `${norms.length - behind - ahead} elsewhere` : '',
  ]
  return { what: 'batch normalisation', count: norms.length, note: parts.filter((part) => part !== '').join(', ') }
}

function pools(path: Path): Part | null {
  const found = path.nodes.filter((node) => /^(Max|Average|Lp)Pool$/.test(node.opType))
  if (found.length === 0) return null
  const overlapping = found.filter((node) => {
    const kernel = intsAttribute(node, 'kernel_shape', [])
    const strides = intsAttribute(
      node,
      'strides',
      kernel.map(() => 1),
    )
    return kernel.some((size, i) => size > (strides[i] ?? 1))
  })
  return { what: 'pools', count: found.length, note: overlapping.length > 0 ? `${overlapping.length} overlap` : '' }
}

const SCALING = new Set(['Sub', 'Add', 'Mul', 'Div', 'BatchNormalization'])
const PASSING = new Set(['Transpose', 'Cast', 'Pad', 'Identity', 'Unsqueeze'])

/** Arithmetic with constants between the input and the first layer: the graph normalises its input itself. */
function inputScaling(path: Path, input: string): Part | null {
  const found: string[] = []
  for (let at = input; ; ) {
    const readers = path.nodes.filter((node) => node.inputs.includes(at))
    const [only] = readers
    const goesOn = readers.length === 1 && !path.joins(only)
    if (!goesOn || !(SCALING.has(only.opType) || PASSING.has(only.opType))) break
    if (SCALING.has(only.opType)) found.push(only.opType)
    at = only.outputs[0]
  }
  if (found.length === 0) return null
  return { what: 'normalisation of the input', count: found.length, note: `${found.join(', ')} inside the graph` }
}

/** Names with their counts, most frequent first: "121 Relu, 1 Sigmoid". */
function tally(path: Path, kinds: ReadonlySet<string>): { count: number; note: string } {
  const counts = new Map<string, number>()
  for (const { opType } of path.nodes) if (kinds.has(opType)) counts.set(opType, (counts.get(opType) ?? 0) + 1)
  const sorted = [...counts].sort((a, b) => b[1] - a[1])
  return {
    count: sorted.reduce((sum, [, n]) => sum + n, 0),
    note: sorted.map(([name, n]) => `${n} ${name}`).join(', '),
  }
}

/** Whether scores of positions against each other are computed: a Softmax between products of computed tensors. */
export function hasAttention(prepared: Prepared): boolean {
  const path = new Path(prepared)
  return path.nodes.some(
    (node) =>
      node.opType === 'Softmax' &&
      path.after(node).some((next) => next.opType === 'MatMul' || next.opType === 'Einsum'),
  )
}

/** Whether ReLU nodes lie between the input and the scores: what guided backpropagation and deconvolution change. */
export function hasRelu(prepared: Prepared): boolean {
  return new Path(prepared).nodes.some((node) => node.opType === 'Relu')
}

/** What a network is made of, as far as methods care. */
export function structureOf(prepared: Prepared): Part[] {
  const path = new Path(prepared)
  const convolutions = path.count((node) => node.opType === 'Conv' || node.opType === 'ConvTranspose')
  const volumetric = path.count((node) => node.opType === 'Conv' && path.rank(node) === 5)
  const parts: (Part | null)[] = [
    inputScaling(path, prepared.input.name),
    { what: 'convolutions', count: convolutions, note: volumetric > 0 ? `${volumetric} in 3-D` : '' },
    {
      what: 'dense layers',
      count: path.count((node) => node.opType === 'Gemm' || (node.opType === 'MatMul' && !path.joins(node))),
      note: '',
    },
    { what: 'activations', ...tally(path, ACTIVATIONS) },
    batchNorms(path),
    { what: 'other norms', ...tally(path, NORMS) },
    pools(path),
    { what: 'residual additions', count: path.count((node) => node.opType === 'Add' && path.joins(node)), note: '' },
    {
      what: 'gates and products',
      count: path.count((node) => node.opType === 'Mul' && path.joins(node)),
      note: 'two computed tensors multiplied',
    },
    {
      what: 'attention',
      count: path.count((node) => node.opType === 'Softmax' && path.after(node).some((n) => n.opType === 'MatMul')),
      note: 'softmax between products',
    },
    {
      what: 'loops and recurrent parts',
      count: path.count((node) => /^(Loop|Scan|LSTM|GRU|RNN)$/.test(node.opType)),
      note: '',
    },
  ]
  return parts.filter((part): part is Part => part !== null && part.count > 0)
}
