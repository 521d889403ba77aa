import type { OperatorRole } from '../../autodiff/operator.ts'
import { operators } from '../../autodiff/operators/registry.ts'
import { limits, reasonFor } from '../../autodiff/reasons.ts'
import { newestOpset, oldestOpset } from '../../graph/read.ts'
import { rewritten } from '../../graph/rewritten.ts'
import { page, table } from './markdown.ts'
import { onnxOperators } from './onnx-operators.ts'

const ROLES: Readonly<Record<OperatorRole, string>> = {
  linear: 'weighted sum: gradient, relevance rules, DeepLIFT',
  affine: 'a factor and an offset per channel',
  'element-wise': 'a function of each number',
  sum: 'sum of tensors',
  product: 'product or quotient of tensors',
  extremum: 'largest or smallest; ties share, pools have one winner',
  average: 'parameter-free linear map',
  norm: 'divides by a statistic of its input',
  softmax: 'softmax',
  reduction: 'non-linear reduction',
  shape: 'moves or repeats numbers',
  zero: 'integer, boolean or piecewise constant: nothing flows back, by definition',
}

/** Every ONNX operator: with a rule, written as others, or without one and why. */
export function operatorsPage(): string {
  const known = new Map(operators.map((operator) => [operator.opType, operator]))
  const fused = Object.keys(rewritten).filter((name) => name.startsWith('com.microsoft'))
  const rows = [...onnxOperators, ...fused].map((name): [string, string, string] => {
    const operator = known.get(name)
    const limit = limits[name] ? `; ${limits[name]}` : ''
    if (operator !== undefined) return [name, 'yes', `${ROLES[operator.role]}${limit}`]
    if (rewritten[name] !== undefined) return [name, 'rewritten', rewritten[name]]
    return [name, 'no', reasonFor('', name)]
  })
  const count = (word: string) => rows.filter(([, answer]) => answer === word).length
  const passing = operators.filter(({ role }) => role !== 'zero').length
  return page(
    '# Operators',
    `Models of operator sets ${oldestOpset} to ${newestOpset} are read and written in operator set 18. Of the ${onnxOperators.length} operators of ONNX, ${operators.length} have a rule (${passing} carry a gradient, through ${operators.length - passing} nothing flows back), others are written as those that do.`,
    `A model with an operator without a rule can still be explained by methods that only run it (occlusion, RISE, LIME, KernelSHAP). Other operators of \`com.microsoft\` and custom domains have no rule. In this table: ${count('yes')} yes, ${count('rewritten')} rewritten, ${count('no')} no.`,
    table(['operator', 'gradient', 'how, or why not'], rows),
  )
}
