import { Button, Select } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useEffect, useMemo, useRef, useState } from 'react'
import { useNavigate } from 'react-router'
import type { Finding } from '../../main/shared/domain/finding.ts'
import type { Grid } from '../../main/shared/domain/geometry.ts'
import type { Model } from '../../main/shared/domain/model.ts'
import type { ModelCard } from '../../main/shared/domain/model-card.ts'
import { getBinary, sendJson } from '../app/api.ts'
import { AuthorizedImage } from '../ui/AuthorizedImage.tsx'
import { EmptyState } from '../ui/EmptyState.tsx'
import { formatNumber } from '../ui/format.ts'
import { Notice } from '../ui/Notice.tsx'
import { useStudies } from '../worklist/WorklistScreen.tsx'
import styles from './ModelScreen.module.css'
import { middlePlane, paintGrey } from './tensor-picture.ts'

interface Preview {
  readonly previewId: string
  readonly dims: number[]
  readonly grid: Grid
  readonly range: [number, number]
  readonly scores: { readonly class: string; readonly value: number; readonly probability: number | null }[]
  readonly findings: Finding[]
}

/** What the network sees, beside the image, with the scores it gives: the card is judged by this, not by its form. */
export function Proof({ model, card, onShown }: { model: Model; card: ModelCard | null; onShown: () => void }) {
  const studies = useStudies()
  const navigate = useNavigate()
  const volumes = useMemo(
    () =>
      (studies.data ?? []).flatMap((row) =>
        row.volumes.map((volume) => ({ value: volume.id, label: `${row.code}, ${volume.name || volume.modality}` })),
      ),
    [studies.data],
  )
  const [volumeId, setVolumeId] = useState<string | null>(null)
  const chosen = volumeId ?? volumes[0]?.value ?? null
  const preview = useMutation({
    mutationFn: async (body: { card: ModelCard; volumeId: string }) => {
      const facts = await sendJson<Preview>('POST', `/api/models/${model.id}/preview`, body)
      const tensor = await getBinary(`/api/models/${model.id}/preview/${facts.previewId}`)
      return { facts, tensor }
    },
    onSuccess: onShown,
  })
  const { mutate: ask, isIdle } = preview
  useEffect(() => {
    // An accepted card is shown at once; a draft only when asked for, since its values are still being typed.
    if (isIdle && card?.accepted === true && chosen !== null) ask({ card, volumeId: chosen })
  }, [ask, isIdle, card, chosen])
  const show = () => card !== null && chosen !== null && preview.mutate({ card, volumeId: chosen })
  if (studies.isSuccess && volumes.length === 0) {
    return (
      <EmptyState action={<Button onClick={() => navigate('/import')}>Import studies</Button>}>
        A card is proved on an image of this project. There is none yet.
      </EmptyState>
    )
  }
  const facts = preview.data?.facts
  const waiting = preview.isPending ? 'Preparing the image and asking the network.' : 'Not shown yet.'
  const best =
    facts === undefined ? undefined : facts.scores.reduce((a, b) => (b.value > a.value ? b : a), facts.scores[0])
  return (
    <section className={styles.proof} aria-label="Proof on an image">
      <div className={styles.proofHead}>
        <h2>Proof</h2>
        <Select
          aria-label="Image"
          data={volumes}
          value={chosen}
          onChange={setVolumeId}
          searchable
          className={styles.which}
        />
        <Button loading={preview.isPending} disabled={card === null || chosen === null} onClick={show}>
          Show what the network sees
        </Button>
        <span className={styles.space} />
        {best && (
          <span>
            {best.class} <span className={styles.score}>{formatNumber(best.probability ?? best.value)}</span>
          </span>
        )}
      </div>
      <div className={styles.pictures}>
        <div className={styles.picture}>
          {chosen && <AuthorizedImage path={`/api/volumes/${chosen}/thumbnail?size=512`} alt="The image as stored" />}
          <span className={styles.caption}>
            <b>As stored</b>
          </span>
        </div>
        <div className={styles.picture}>
          {preview.data && card ? (
            <TensorPicture tensor={preview.data.tensor} card={card} />
          ) : (
            <span className={styles.waiting}>{waiting}</span>
          )}
          <span className={styles.caption}>
            <b>What the network sees</b>{' '}
            {facts &&
              `${facts.dims.join(' × ')}, ${formatNumber(facts.range[0], 2)} to ${formatNumber(facts.range[1], 2)}`}
          </span>
        </div>
      </div>
      <div className={styles.facts}>
        {preview.error && <Notice kind="error">{preview.error.message}</Notice>}
        {facts?.findings.map((finding) => (
          <Notice key={finding.code} kind="warning">
            {finding.message}
          </Notice>
        ))}
        {facts && <Scores scores={facts.scores} />}
      </div>
    </section>
  )
}

function Scores({ scores }: { scores: Preview['scores'] }) {
  return (
    <table className={styles.scores}>
      <thead>
        <tr>
          <th>Class</th>
          <th>Score</th>
          <th>Probability</th>
        </tr>
      </thead>
      <tbody>
        {scores.map((score) => (
          <tr key={score.class}>
            <td>{score.class}</td>
            <td>{formatNumber(score.value)}</td>
            <td>{formatNumber(score.probability)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function TensorPicture({ tensor, card }: { tensor: Awaited<ReturnType<typeof getBinary>>; card: ModelCard }) {
  const canvas = useRef<HTMLCanvasElement>(null)
  useEffect(() => {
    if (canvas.current !== null) paintGrey(canvas.current, middlePlane(tensor.data, tensor.shape, card.input.layout))
  }, [tensor, card])
  return <canvas ref={canvas} aria-label="The prepared tensor, first channel" />
}
