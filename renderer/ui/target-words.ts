import type { SaliencyMap } from '../../main/shared/domain/map.ts'

/**
 * What was explained, without the image: class, score, sign and kind of positions. Masks of different images are one kind, so that
 * maps of one run stay together.
 */
export function targetKind({ target }: Pick<SaliencyMap, 'target'>): string {
  const { index, output, negate, mask } = target
  const positions = mask === undefined ? '' : mask === 'predicted' ? 'where predicted' : 'on a mask'
  return [String(index), output, negate ? 'negative' : '', positions].join('|')
}

/** The same in words, as far as it differs among `all`; empty where all explain one thing. */
export function targetWords(
  map: Pick<SaliencyMap, 'target'>,
  all: readonly Pick<SaliencyMap, 'target'>[],
  classes: readonly string[],
): string {
  const parts = targetKind(map).split('|')
  const others = all.map((one) => targetKind(one).split('|'))
  return parts
    .map((part, n) => {
      if (others.every((other) => other[n] === part)) return ''
      return n === 0 ? (classes[map.target.index] ?? `class ${part}`) : part
    })
    .filter((word) => word !== '')
    .join(', ')
}
