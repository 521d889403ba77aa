import { useQuery } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import type { FigureRecipe } from '../../main/shared/domain/figure.ts'
import { apiFetch } from '../app/api.ts'
import { Notice } from '../ui/Notice.tsx'
import { usePaneSize } from '../viewer/viewport/use-pane-size.ts'
import styles from './FigureScreen.module.css'

export interface PageMm {
  readonly width: number
  readonly height: number
}

/** Resolutions a preview is asked for: few steps, so that resizing the window rarely draws it anew, and none that keeps the reader waiting. */
const PREVIEW_DPI = [100, 150, 200] as const

/** The page by the same drawing as the export, at the resolution the screen has room for. */
export function PagePreview({
  recipe,
  ready,
  onPage,
}: {
  readonly recipe: FigureRecipe
  readonly ready: boolean
  onPage(page: PageMm): void
}) {
  const area = useRef<HTMLDivElement>(null)
  const size = usePaneSize(area)
  const { widthMm } = recipe.page
  const wanted = (size.width * size.devicePixelRatio) / (widthMm / 25.4)
  const dpi = PREVIEW_DPI.find((one) => one >= wanted) ?? PREVIEW_DPI[PREVIEW_DPI.length - 1]
  const preview = useQuery<Blob>({
    queryKey: ['figure', recipe, dpi],
    enabled: ready && size.width > 0,
    placeholderData: (previous) => previous,
    queryFn: async ({ signal }) =>
      (
        await apiFetch('/api/figures', {
          method: 'POST',
          signal,
          headers: { 'Content-Type': 'application/json' },
          body: JSON.stringify({ recipe, format: 'png', dpi }),
        })
      ).blob(),
  })
  const [page, setPage] = useState<PageMm | null>(null)
  const address = useObjectAddress(preview.data)
  const shown = page === null ? null : Math.min(size.width / page.width, size.height / page.height)
  return (
    <div className={styles.middle}>
      <div className={styles.bar}>
        <span>Page preview{page === null ? '' : `, ${page.width.toFixed(0)} × ${page.height.toFixed(0)} mm`}</span>
        <span>
          {preview.isFetching ? 'Drawing' : shown === null ? '' : `${Math.round(shown * PERCENT_OF_PRINT)} %`}
        </span>
      </div>
      <div className={styles.page}>
        <div ref={area} className={styles.area}>
          {preview.error && <Notice kind="error">{preview.error.message}</Notice>}
          {address !== null && (
            <img
              className={preview.isFetching ? styles.stale : styles.sheet}
              src={address}
              alt="The figure as it will be exported"
              onLoad={(event) => {
                const { naturalWidth, naturalHeight } = event.currentTarget
                const now = { width: widthMm, height: (naturalHeight / naturalWidth) * widthMm }
                setPage(now)
                onPage(now)
              }}
            />
          )}
        </div>
      </div>
    </div>
  )
}

/** CSS pixels per mm at 100 %: CSS defines 96 px to the inch. */
const PERCENT_OF_PRINT = (100 * 25.4) / 96

/** An address for a blob while the component shows it. */
function useObjectAddress(blob: Blob | undefined): string | null {
  const [address, setAddress] = useState<string | null>(null)
  useEffect(() => {
    if (blob === undefined) return
    const made = URL.createObjectURL(blob)
    setAddress(made)
    return () => URL.revokeObjectURL(made)
  }, [blob])
  return address
}
