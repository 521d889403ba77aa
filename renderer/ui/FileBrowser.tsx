import { IconArrowUp, IconFile, IconFolder } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { getJson } from '../app/api.ts'
import { EmptyState } from './EmptyState.tsx'
import styles from './FileBrowser.module.css'
import { formatBytes } from './format.ts'
import { Notice } from './Notice.tsx'

interface Listing {
  /** null at the list of allowed roots. */
  readonly path: string | null
  readonly parent: string | null
  readonly entries: readonly {
    readonly name: string
    readonly path: string
    readonly kind: 'folder' | 'file'
    readonly bytes: number
  }[]
}

/** Folders and files inside the allowed roots of the browser shell. Folders can be chosen too when `folders` is set. */
export function FileBrowser(props: {
  accept: (name: string) => boolean
  folders?: boolean
  selected: string | null
  onSelect: (path: string) => void
}) {
  const [path, setPath] = useState<string | null>(null)
  const address = path === null ? '/api/files' : `/api/files?path=${encodeURIComponent(path)}`
  const listing = useQuery({ queryKey: ['files', path], queryFn: ({ signal }) => getJson<Listing>(address, signal) })
  if (listing.error) return <Notice kind="error">{listing.error.message}</Notice>
  const entries = (listing.data?.entries ?? []).filter((entry) => entry.kind === 'folder' || props.accept(entry.name))
  return (
    <div className={styles.browser}>
      <div className={styles.bar}>
        <button
          type="button"
          className={styles.up}
          disabled={path === null}
          onClick={() => setPath(listing.data?.parent ?? null)}
          aria-label="Parent folder"
        >
          <IconArrowUp size={16} stroke={1.5} />
        </button>
        <span className={styles.path}>{listing.data?.path ?? 'Folders this program may read'}</span>
      </div>
      <ul className={styles.list}>
        {entries.map((entry) => (
          <li key={entry.path}>
            <button
              type="button"
              className={styles.entry}
              aria-pressed={props.selected === entry.path}
              onClick={() =>
                entry.kind === 'file' || props.folders ? props.onSelect(entry.path) : setPath(entry.path)
              }
              onDoubleClick={() => entry.kind === 'folder' && setPath(entry.path)}
            >
              {entry.kind === 'folder' ? <IconFolder size={16} stroke={1.5} /> : <IconFile size={16} stroke={1.5} />}
              <span className={styles.name}>{entry.name}</span>
              <span className={styles.size}>{entry.kind === 'file' ? formatBytes(entry.bytes) : ''}</span>
            </button>
          </li>
        ))}
        {listing.isSuccess && entries.length === 0 && <EmptyState>Nothing to choose in this folder.</EmptyState>}
      </ul>
    </div>
  )
}
