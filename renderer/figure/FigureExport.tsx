import { Button, NumberInput, SegmentedControl, TextInput } from '@mantine/core'
import { IconDownload, IconShieldCheck } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import type { FigureRecipe } from '../../main/shared/domain/figure.ts'
import { apiFetch } from '../app/api.ts'
import { saveFile } from '../app/save-file.ts'
import { formatInteger } from '../ui/format.ts'
import { Notice } from '../ui/Notice.tsx'
import { KeyValues, Section } from '../ui/Section.tsx'
import styles from './FigureScreen.module.css'
import type { PageMm } from './PagePreview.tsx'

type Format = 'pdf' | 'svg' | 'png'

const pixels = (mm: number, dpi: number) => Math.round((mm / 25.4) * dpi)

/** Writes the page as it stands: case codes only, no patient data, resolution stated in the file. */
export function FigureExport({
  recipe,
  disabled,
  pageMm,
}: {
  readonly recipe: FigureRecipe
  readonly disabled: boolean
  /** Size of the page, once a preview has told it. */
  readonly pageMm: PageMm | null
}) {
  const [name, setName] = useState('figure-1')
  const [format, setFormat] = useState<Format>('pdf')
  const [dpi, setDpi] = useState(300)
  const write = useMutation({
    mutationFn: async () => {
      const body = JSON.stringify({ recipe: { ...recipe, title: name }, format, dpi })
      const draw = async () => {
        const init = { method: 'POST', headers: { 'Content-Type': 'application/json' }, body }
        return (await apiFetch('/api/figures', init)).blob()
      }
      await saveFile('figure', `${name.trim().replaceAll(/[^\p{L}\p{N} ._-]/gu, '-') || 'figure'}.${format}`, draw)
    },
  })
  return (
    <Section title="Export">
      <div className={styles.stack}>
        <TextInput label="File name" value={name} onChange={(event) => setName(event.currentTarget.value)} />
        <SegmentedControl
          aria-label="Format"
          data={[
            { value: 'pdf', label: 'PDF' },
            { value: 'svg', label: 'SVG' },
            { value: 'png', label: 'PNG' },
          ]}
          value={format}
          onChange={(value) => setFormat(value as Format)}
        />
        <NumberInput
          label="Resolution, DPI"
          value={dpi}
          min={150}
          max={1200}
          step={50}
          onChange={(value) => typeof value === 'number' && setDpi(value)}
        />
        {pageMm !== null && (
          <KeyValues
            rows={[
              ['Page', `${pageMm.width.toFixed(0)} × ${pageMm.height.toFixed(0)} mm`],
              [
                format === 'png' ? 'Pixels' : 'Pictures at',
                format === 'png'
                  ? `${formatInteger(pixels(pageMm.width, dpi))} × ${formatInteger(pixels(pageMm.height, dpi))}`
                  : `${dpi} DPI, the rest vector`,
              ],
            ]}
          />
        )}
        <p className={styles.check}>
          <IconShieldCheck size={16} stroke={1.5} aria-hidden /> Case codes only; the file carries no name, number or
          date of a patient.
        </p>
        {write.error && <Notice kind="error">{write.error.message}</Notice>}
        <Button
          variant="filled"
          size="sm"
          leftSection={<IconDownload size={16} stroke={1.5} />}
          loading={write.isPending}
          disabled={disabled}
          onClick={() => write.mutate()}
        >
          Export figure
        </Button>
      </div>
    </Section>
  )
}
