import { floatAttribute, int, intAttribute, ints, tensorAttribute } from '../../attributes.ts'
import type { Node } from '../../model.ts'
import type { Emit, Rule } from '../../rewrite.ts'
import { counting, fromHeads, int64s, sizeOf, toHeads } from './heads.ts'
import { refuseOperator } from './refuse.ts'

/** Weighs a masked key: as good as −∞, and still finite when two masks add up. */
const masked = -1e38

export interface Attending {
  /** [N, heads, tokens, width] each; keys and values may have fewer heads, each then serves several of the queries'. */
  readonly q: string
  readonly k: string
  readonly v: string
  /** Factor of the scores; null: 1/√width. */
  readonly scale: number | null
  /** Added to the scores. */
  readonly biases: readonly string[]
  readonly softcap: number
}

/** softmax(cap(s·QKᵀ) + biases)·V, cap(x) = c·tanh(x/c): capped before the masks, as ONNX Runtime does. */
export function attend(
  emit: Emit,
  { q, k, v, scale, biases, softcap }: Attending,
  outputs: readonly string[] | 1,
): string {
  const root = scale === null ? inverseRootWidth(q, emit) : emit.constant('float', [], [Math.sqrt(scale)])
  const one = (op: string, ...inputs: readonly string[]): string => emit.add(op, inputs)[0]
  const keys = one('Mul', repeatedHeads(emit, k, q), root)
  const turned = emit.add('Transpose', [keys], { perm: ints([0, 1, 3, 2]) })[0]
  let scores = one('MatMul', one('Mul', q, root), turned)
  if (softcap !== 0) {
    const cap = emit.constant('float', [], [softcap])
    scores = one('Mul', one('Tanh', one('Div', scores, cap)), cap)
  }
  for (const bias of biases) scores = one('Add', scores, bias)
  const weights = emit.add('Softmax', [scores], { axis: int(-1) })[0]
  return emit.add('MatMul', [weights, repeatedHeads(emit, v, q)], {}, outputs)[0]
}

/** width^(−1/4): applied to queries and keys alike it scales their product by 1/√width. */
function inverseRootWidth(q: string, emit: Emit): string {
  const float = emit.add('Cast', [sizeOf(emit, q, 3)], { to: int(1) })[0]
  return emit.add('Pow', [float, emit.constant('float', [], [-0.25])])[0]
}

/** Each head of x several times in a row, so that x has the heads of q. Folding drops it when the numbers are equal. */
function repeatedHeads(emit: Emit, x: string, q: string): string {
  const wanted = sizeOf(emit, q, 1)
  const times = emit.add('Div', [wanted, sizeOf(emit, x, 1)])[0]
  const heads = emit.add('Div', [counting(emit, wanted), times])[0]
  return emit.add('Gather', [x, heads], { axis: int(1) })[0]
}

/** [queries, keys]: 0 where key j ≤ query i, else as good as −∞. */
export function causalBias(emit: Emit, q: string, k: string): string {
  const rows = emit.add('Unsqueeze', [counting(emit, sizeOf(emit, q, 2)), int64s(emit, 1)])[0]
  const seen = emit.add('GreaterOrEqual', [rows, counting(emit, sizeOf(emit, k, 2))])[0]
  return emit.add('Where', [seen, emit.constant('float', [], [0]), emit.constant('float', [], [masked])])[0]
}

const comparisons = new Set(['And', 'Or', 'Not', 'Xor', 'Equal', 'Greater', 'GreaterOrEqual', 'Less', 'LessOrEqual'])
const boolean = 9

/** Whether a tensor holds truth values, told from what produces it. */
function isBoolean(name: string, emit: Emit): boolean {
  const constant = emit.constantOf(name)
  if (constant !== null) return constant.type === 'bool'
  const producer = emit.producerOf(name)
  if (producer === null) return false
  const { opType } = producer
  if (comparisons.has(opType) || opType === 'IsNaN' || opType === 'IsInf') return true
  if (opType === 'Cast') return intAttribute(producer, 'to') === boolean
  if (opType === 'ConstantOfShape') return tensorAttribute(producer, 'value')?.type === 'bool'
  return isBoolean(producer.inputs[opType === 'Where' ? 1 : 0], emit)
}

function maskBias(mask: string, emit: Emit): string {
  if (!isBoolean(mask, emit)) return mask
  return emit.add('Where', [mask, emit.constant('float', [], [0]), emit.constant('float', [], [masked])])[0]
}

function refuseState(node: Node): void {
  if (node.inputs[4] || node.inputs[5])
    refuseOperator(node, 'reads keys and values of earlier tokens, which a classifier has not')
  if (node.inputs[6]) refuseOperator(node, 'is told how many keys are valid, which only newer versions can express')
  for (const side of ['left_window_size', 'right_window_size'])
    if (intAttribute(node, side, -1) !== -1)
      refuseOperator(node, `attends to a window of tokens (${side}), which ONNX Runtime 1.30 does not run`)
  if (node.outputs[3]) refuseOperator(node, 'hands on its scores, which the rewriting does not keep')
}

/**
 * Attention 23 to 25 without a cache: softmax(cap(s·QKᵀ) + mask)·V, heads as an axis or side by side, shared among
 * queries (grouped), causal on request.
 *
 * errors  graph.operator: a cache, a count of valid keys, a window of tokens (25), the scores as an output
 * source  ONNX operator set, Attention 23; Vaswani et al. 2017, arXiv:1706.03762; Ainslie et al. 2023, arXiv:2305.13245
 */
export const attention: Rule = (node, emit) => {
  refuseState(node)
  const [queries, keys, values, mask] = node.inputs
  const queryHeads = intAttribute(node, 'q_num_heads', 0)
  const keyHeads = intAttribute(node, 'kv_num_heads', 0)
  const split = (x: string, heads: number): string => (heads === 0 ? x : toHeads(emit, x, heads))
  const [q, k, v] = [split(queries, queryHeads), split(keys, keyHeads), split(values, keyHeads)]
  const biases = mask ? [maskBias(mask, emit)] : []
  if (intAttribute(node, 'is_causal', 0) !== 0) biases.push(causalBias(emit, q, k))
  const given = {
    q,
    k,
    v,
    biases,
    scale: node.attributes['scale'] ? floatAttribute(node, 'scale') : null,
    softcap: floatAttribute(node, 'softcap', 0),
  }
  if (queryHeads === 0) attend(emit, given, node.outputs.slice(0, 1))
  else fromHeads(emit, attend(emit, given, 1), queries, node.outputs.slice(0, 1))
  // Without earlier tokens, the cache that is handed on is what came in.
  for (const [i, present] of [k, v].entries())
    if (node.outputs[i + 1]) emit.add('Identity', [present], {}, [node.outputs[i + 1]])
  return true
}
