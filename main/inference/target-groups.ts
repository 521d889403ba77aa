import type { Target } from './model-under-study.ts'

/** Scores per item that one graph differentiates at once; more are done in turn. */
const TOGETHER = 4

/** Targets in groups that one graph can serve: of one output and one mask, a few at a time. Results in the order given. */
export async function inGroups<T>(
  targets: readonly Target[],
  run: (part: readonly Target[]) => Promise<readonly T[]>,
): Promise<T[]> {
  const results: T[] = []
  for (let from = 0; from < targets.length; ) {
    const [first] = targets.slice(from)
    let to = from + 1
    const fits = ({ output, mask }: Target): boolean =>
      output === first.output && (mask ?? null) === (first.mask ?? null)
    while (to < targets.length && to - from < TOGETHER && fits(targets[to])) to++
    results.push(...(await run(targets.slice(from, to))))
    from = to
  }
  return results
}
