import { Button, MultiSelect, NumberInput, SegmentedControl, Select } from '@mantine/core'
import { useMemo, useState } from 'react'
import { useNavigate, useParams, useSearchParams } from 'react-router'
import type { FigureRecipe } from '../../main/shared/domain/figure.ts'
import { useModels } from '../model/queries.ts'
import { useAllMaps, useAllMasks } from '../results/ResultsScreen.tsx'
import { EmptyState } from '../ui/EmptyState.tsx'
import { groupBy } from '../ui/group-by.ts'
import { useMethods } from '../ui/registries.ts'
import { Section } from '../ui/Section.tsx'
import { useStudies } from '../worklist/WorklistScreen.tsx'
import { figureStart } from './address.ts'
import { FigureExport } from './FigureExport.tsx'
import styles from './FigureScreen.module.css'
import { Furniture } from './Furniture.tsx'
import { type PageMm, PagePreview } from './PagePreview.tsx'
import { type ColumnChoice, columnChoices, columnsOf, imageColumn, rowOf } from './recipe.ts'

const PLANES = [
  { value: 'axial', label: 'Axial' },
  { value: 'coronal', label: 'Coronal' },
  { value: 'sagittal', label: 'Sagittal' },
]
const BACKGROUNDS = [
  { value: 'white', label: 'White' },
  { value: 'black', label: 'Black' },
]
const MERGES = [
  { value: 'sum', label: 'sum' },
  { value: 'absolute-sum', label: 'sum of magnitudes' },
  { value: 'sum-absolute', label: 'magnitude of the sum' },
  { value: 'max', label: 'maximum' },
  { value: 'max-absolute', label: 'largest magnitude' },
  { value: 'l2', label: 'Euclidean norm' },
]

/** Recipe on the left, the page in the middle, furniture and export on the right. */
export default function FigureScreen() {
  const { studyId } = useParams()
  const navigate = useNavigate()
  const studies = useStudies()
  const maps = useAllMaps()
  const masks = useAllMasks()
  const models = useModels()
  const methods = useMethods()
  const [parameters] = useSearchParams()
  const [start] = useState(() => figureStart(parameters))
  const [settings, setSettings] = useState(start.settings)
  const [pageMm, setPageMm] = useState<PageMm | null>(null)
  const [volumeIds, setVolumeIds] = useState<string[] | null>(null)
  const [columnIds, setColumnIds] = useState<string[] | null>(null)
  const [plane, setPlane] = useState(start.plane)

  const images = useMemo(
    () =>
      (studies.data ?? []).flatMap((row) =>
        row.volumes.map((volume) => ({ value: volume.id, label: row.code, study: row.id })),
      ),
    [studies.data],
  )
  const mapped = useMemo(() => new Set((maps.data ?? []).map((map) => map.volumeId)), [maps.data])
  const choices = useMemo(() => columnChoices(maps.data ?? []), [maps.data])
  const rowIds =
    volumeIds ??
    images
      .filter((image) => (studyId ? image.study === studyId : mapped.has(image.value)))
      .slice(0, 3)
      .map((image) => image.value)
  const asked = start.maps === null ? [] : columnsOf(choices, start.maps)
  const fitting = choices.filter((choice) => rowIds.some((id) => choice.maps[id]))
  const first = fitting.filter((choice) => choice.modelId === fitting[0].modelId).slice(0, 4)
  const shown = columnIds ?? (asked.length > 0 ? asked : first.map((choice) => choice.id))
  const titleOf = (id: string) => methods.data?.find((method) => method.id === id)?.title ?? id
  const modelNameOf = (id: string) => {
    const model = models.data?.find((one) => one.id === id)
    return model?.card?.name ?? model?.name ?? ''
  }
  const severalShown =
    new Set(choices.filter((choice) => shown.includes(choice.id)).map((choice) => choice.modelId)).size > 1
  /** The method; its settings where the model has it twice, the model where several are on the page. */
  const labelOf = ({ id, method, modelId, setting }: ColumnChoice) => {
    const twice = choices.filter((one) => one.method === method && one.modelId === modelId).length > 1
    const model = severalShown && shown.includes(id) ? modelNameOf(modelId) : ''
    return [titleOf(method), model, twice ? setting : ''].filter(Boolean).join(', ')
  }
  const recipe: FigureRecipe = {
    ...settings,
    rows: rowIds.map((id) => {
      // Position and window of the comparison belong to its case; another case has its own.
      const here = images.some((image) => image.value === id && image.study === studyId)
      const { centre, window } = here ? start : { centre: null, window: null }
      return { ...rowOf(id, masks.data ?? []), plane, centre, window }
    }),
    columns: [
      imageColumn,
      ...shown.flatMap((id) => {
        const choice = choices.find((one) => one.id === id)
        return choice === undefined
          ? []
          : [
              {
                title: titleOf(choice.method),
                note: severalShown ? modelNameOf(choice.modelId) : '',
                maps: { ...choice.maps },
              },
            ]
      }),
    ],
  }
  const ready = rowIds.length > 0 && maps.isSuccess && masks.isSuccess && methods.isSuccess
  if (studies.isSuccess && images.length === 0) {
    return (
      <EmptyState action={<Button onClick={() => navigate('/import')}>Import studies</Button>}>
        A figure shows cases of this project. There is none yet.
      </EmptyState>
    )
  }
  return (
    <div className={styles.screen}>
      <aside className={styles.left} aria-label="Recipe">
        <Section title="Rows: cases" note={rowIds.length}>
          <MultiSelect
            aria-label="Cases"
            size="xs"
            searchable
            data={images.map(({ value, label }) => ({ value, label }))}
            value={rowIds}
            onChange={setVolumeIds}
            maxValues={12}
          />
          <SegmentedControl
            mt={8}
            fullWidth
            aria-label="Plane"
            data={PLANES}
            value={plane}
            onChange={(value) => setPlane(value as typeof plane)}
          />
        </Section>
        <Section title="Columns: maps" note={shown.length}>
          <MultiSelect
            aria-label="Maps"
            size="xs"
            searchable
            data={[...groupBy(choices, (choice) => choice.modelId)].map(([modelId, items]) => ({
              group: modelNameOf(modelId),
              items: items.map((choice) => ({ value: choice.id, label: labelOf(choice) })),
            }))}
            value={shown}
            onChange={setColumnIds}
            maxValues={11}
          />
        </Section>
        <Section title="Page">
          <div className={styles.stack}>
            <NumberInput
              label="Width, mm"
              value={settings.page.widthMm}
              min={40}
              max={400}
              onChange={(value) =>
                typeof value === 'number' && setSettings({ ...settings, page: { ...settings.page, widthMm: value } })
              }
            />
            <NumberInput
              label="Text, pt"
              value={settings.page.textPt}
              min={5}
              max={14}
              step={0.5}
              onChange={(value) =>
                typeof value === 'number' && setSettings({ ...settings, page: { ...settings.page, textPt: value } })
              }
            />
            <SegmentedControl
              aria-label="Background"
              data={BACKGROUNDS}
              value={settings.page.background}
              onChange={(value) =>
                setSettings({
                  ...settings,
                  page: { ...settings.page, background: value === 'black' ? 'black' : 'white' },
                })
              }
            />
          </div>
        </Section>
        <Section title="Values">
          <Select
            label="Channels become one value by"
            data={MERGES}
            value={settings.merge}
            allowDeselect={false}
            onChange={(value) => value && setSettings({ ...settings, merge: value as FigureRecipe['merge'] })}
          />
        </Section>
      </aside>
      {rowIds.length === 0 && !maps.isPending ? (
        <EmptyState>Choose at least one case on the left.</EmptyState>
      ) : (
        <PagePreview recipe={recipe} ready={ready} onPage={setPageMm} />
      )}
      <aside className={styles.right} aria-label="Furniture and export">
        <Furniture settings={settings} onChange={setSettings} />
        <FigureExport recipe={recipe} disabled={!ready} pageMm={pageMm} />
      </aside>
    </div>
  )
}
