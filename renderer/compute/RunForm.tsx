import { Button, MultiSelect } from '@mantine/core'
import { IconPlayerPlay } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { useNavigate } from 'react-router'
import { sendJson } from '../app/api.ts'
import { useModels } from '../model/queries.ts'
import { EmptyState } from '../ui/EmptyState.tsx'
import { formatCount, formatInteger } from '../ui/format.ts'
import { Notice } from '../ui/Notice.tsx'
import { type PresetEntry, useMethods } from '../ui/registries.ts'
import { Section } from '../ui/Section.tsx'
import { useJobAction } from '../ui/useJobAction.ts'
import { useStudies } from '../worklist/WorklistScreen.tsx'
import styles from './ComputeScreen.module.css'
import { expectedTime } from './expected-time.ts'
import { MethodPicker } from './MethodPicker.tsx'
import { referenceCandidates, takesReferences } from './reference-cases.ts'
import { type ChosenMethod, missingWords, type RunEstimate, type RunRequest, runRequest } from './run-request.ts'
import { type TargetChoice, TargetSection, useTargetMasks } from './TargetSection.tsx'
import { targetMaskChoices } from './target-masks.ts'

const firstTarget: TargetChoice = { targets: [0], positions: 'whole', output: 'logit', seed: 0 }
const plural = (n: number) => formatCount(n, 'map', 'maps')

/** Images, model, target, methods; what it will cost; start. */
export function RunForm({ initialStudy }: { initialStudy: string | null }) {
  const navigate = useNavigate()
  const studies = useStudies()
  const models = useModels()
  const methods = useMethods()
  const images = useMemo(
    () =>
      (studies.data ?? []).flatMap((row) =>
        row.volumes.map((volume) => ({
          value: volume.id,
          label: `${row.code}, ${volume.name || volume.modality}`,
          study: row.id,
        })),
      ),
    [studies.data],
  )
  const [picked, setPicked] = useState<string[] | null>(null)
  const [modelId, setModelId] = useState<string | null>(null)
  const [target, setTarget] = useState<TargetChoice>(firstTarget)
  const [preset, setPreset] = useState<PresetEntry | null>(null)
  const [chosen, setChosen] = useState<readonly ChosenMethod[]>([])
  const [references, setReferences] = useState<readonly string[]>([])

  const usable = (models.data ?? []).filter((model) => model.card !== null)
  const model = usable.find((candidate) => candidate.id === modelId) ?? usable[0]
  const volumeIds =
    picked ??
    images.filter((image) => initialStudy === null || image.study === initialStudy).map((image) => image.value)
  const masks = useTargetMasks(model)
  const isSegmentation = model?.card?.output.task === 'segmentation'
  const positions = targetMaskChoices(masks.data ?? [], volumeIds).find(({ value }) => value === target.positions)
  const changeTarget = (part: Partial<TargetChoice>) => setTarget((before) => ({ ...before, ...part }))
  const needing = chosen.filter((one) => takesReferences(one, methods.data ?? []))
  const candidates = needing.length === 0 ? [] : referenceCandidates(studies.data ?? [], model?.card ?? null, volumeIds)
  const choice = {
    volumeIds,
    modelId: model?.id ?? null,
    targets: target.targets,
    targetMask: isSegmentation ? (positions?.mask ?? null) : null,
    output: target.output,
    preset: preset?.id ?? null,
    seed: target.seed,
    methods: chosen,
    references: needing.length === 0 ? null : references,
  }
  const request = runRequest(choice)
  const missing = missingWords(
    choice,
    needing.map(({ method }) => methods.data?.find(({ id }) => id === method)?.title ?? method),
  )
  const estimate = useQuery({
    queryKey: ['estimate', request],
    queryFn: () => sendJson<RunEstimate>('POST', '/api/maps/estimate', request),
    enabled: request !== null,
  })
  const run = useJobAction<RunRequest>('/api/maps/compute')

  if (models.isSuccess && usable.length === 0) {
    return (
      <EmptyState action={<Button onClick={() => navigate('/models')}>Go to models</Button>}>
        Maps are computed for a model whose card was accepted. There is none yet.
      </EmptyState>
    )
  }
  if (studies.isSuccess && images.length === 0) {
    return (
      <EmptyState action={<Button onClick={() => navigate('/import')}>Import studies</Button>}>
        There is no image to compute maps for yet.
      </EmptyState>
    )
  }
  return (
    <section className={styles.form} aria-label="New run">
      <div className={styles.columns}>
        <div>
          <Section title="Images" note={`${formatInteger(volumeIds.length)} of ${formatInteger(images.length)}`}>
            <MultiSelect
              aria-label="Images"
              size="xs"
              searchable
              clearable
              data={images.map(({ value, label }) => ({ value, label }))}
              value={[...volumeIds]}
              onChange={setPicked}
              maxDropdownHeight={320}
              hidePickedOptions
              className={styles.images}
            />
            <div className={styles.quick}>
              <Button onClick={() => setPicked(images.map((image) => image.value))}>All</Button>
              <Button onClick={() => setPicked([])}>None</Button>
            </div>
          </Section>
          <TargetSection
            models={usable}
            model={model}
            onModel={(id) => {
              setModelId(id)
              // Classes and positions of one model mean nothing to another.
              changeTarget({ targets: [0], positions: 'whole' })
            }}
            choice={target}
            volumeIds={volumeIds}
            onChange={changeTarget}
          />
        </div>
        {methods.data && model && (
          <MethodPicker
            methods={methods.data}
            model={model}
            preset={preset}
            onPreset={(next) => {
              setPreset(next)
              if (next?.output !== undefined) changeTarget({ output: next.output })
            }}
            chosen={chosen}
            onChange={setChosen}
            references={{ candidates, chosen: references, onChange: setReferences }}
          />
        )}
      </div>
      <div className={styles.start}>
        {run.error && <Notice kind="error">{run.error.message}</Notice>}
        {estimate.error && <Notice kind="error">{estimate.error.message}</Notice>}
        {estimate.data && estimate.data.withoutMask.length > 0 && (
          <Notice kind="warning" title={formatCount(estimate.data.withoutMask.length, 'image is', 'images are')}>
            left out: {estimate.data.withoutMask[0].reason}
          </Notice>
        )}
        {estimate.data?.unavailable.map((one) => (
          <Notice key={one.method} kind="warning" title={one.method}>
            {one.reason}
          </Notice>
        ))}
        <div className={styles.startLine}>
          <Estimate estimate={estimate.data} missing={missing ?? (estimate.isFetching ? 'Estimating …' : '')} />
          <Button
            size="sm"
            variant="filled"
            leftSection={<IconPlayerPlay size={16} stroke={1.5} />}
            disabled={request === null || run.busy}
            title={missing ?? undefined}
            aria-describedby="run-estimate"
            onClick={() => request && run.start(request)}
          >
            {estimate.data ? `Start ${plural(estimate.data.items - estimate.data.cached)}` : 'Start'}
          </Button>
        </div>
      </div>
    </section>
  )
}

function Estimate({ estimate, missing }: { estimate: RunEstimate | undefined; missing: string }) {
  if (estimate === undefined) return <span id="run-estimate">{missing}</span>
  const { seconds } = estimate
  return (
    <span id="run-estimate">
      {plural(estimate.items)}, {formatInteger(estimate.cached)} already there,{' '}
      {formatCount(Math.round(estimate.forwardPasses), 'forward pass', 'forward passes')}
      {seconds !== null && `, ${expectedTime(seconds)}`}
    </span>
  )
}
