import type { MapReference } from '../../main/shared/domain/map.ts'
import { formatCount } from '../ui/format.ts'
import styles from './MapReferences.module.css'

const SPLIT_WORDS: Readonly<Record<MapReference['split'], string>> = {
  train: 'training',
  tune: 'validation',
  test: 'test',
  '': 'no split',
}

/** “12 training, 1 no split”: what the references were for when the map was made. */
export function splitCounts(references: readonly MapReference[]): string {
  const counts = Map.groupBy(references, ({ split }) => split)
  return (['train', 'tune', 'test', ''] as const)
    .flatMap((split) => {
      const count = counts.get(split)?.length ?? 0
      return count === 0 ? [] : [`${count} ${SPLIT_WORDS[split]}`]
    })
    .join(', ')
}

/** How many cases the map was explained against, and which, in their order, each with the digest of its voxels. */
export function MapReferences({ references }: { references: readonly MapReference[] }) {
  if (references.length === 0) return null
  return (
    <details className={styles.references}>
      <summary>
        {formatCount(references.length, 'reference case', 'reference cases')}
        <span> {splitCounts(references)}</span>
      </summary>
      <ol aria-label="Reference cases">
        {references.map(({ volumeId, code, name, split, sha256 }) => (
          <li key={volumeId} title={`SHA-256 of the voxels: ${sha256}`}>
            <span className={styles.name}>
              {code}, {name}
            </span>
            <span className={styles.about}>
              {SPLIT_WORDS[split]} <code>{sha256.slice(0, 8)}</code>
            </span>
          </li>
        ))}
      </ol>
    </details>
  )
}
