/** Runs `work` on the items, `width` at a time, in their order; the first failure stops the taking of further items and is thrown. */
export async function inParallel<T>(
  items: readonly T[],
  width: number,
  work: (item: T, index: number) => Promise<void>,
): Promise<void> {
  let next = 0
  const lane = async (): Promise<void> => {
    while (next < items.length) {
      const index = next++
      await work(items[index], index)
    }
  }
  const results = await Promise.allSettled(
    Array.from({ length: Math.max(1, Math.min(width, items.length)) }, () =>
      lane().catch((error: unknown) => {
        next = items.length
        throw error
      }),
    ),
  )
  for (const result of results) if (result.status === 'rejected') throw result.reason
}
