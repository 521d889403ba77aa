import type { Graph, ValueInfo } from '../graph/model.ts'

const FLOATING: ReadonlySet<string> = new Set(['float', 'float16', 'bfloat16', 'double'])

/**
 * The output that holds the scores: the first one of real numbers. Classifiers of scikit-learn and of some graph makers give
 * the index of the best class in front of them. Where no output is of real numbers, the first.
 */
export function scoreOutput({ outputs }: Graph): ValueInfo {
  return outputs.find(({ type }) => FLOATING.has(type)) ?? outputs[0]
}
