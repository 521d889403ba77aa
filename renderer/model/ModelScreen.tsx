import { Button } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { useState } from 'react'
import { useNavigate, useParams } from 'react-router'
import { isDesktop, shell } from '../app/shell.ts'
import { PickFromRoots } from '../import/PickFromRoots.tsx'
import { EmptyState } from '../ui/EmptyState.tsx'
import { formatBytes, formatCount } from '../ui/format.ts'
import { JobProgress } from '../ui/JobProgress.tsx'
import { Notice } from '../ui/Notice.tsx'
import { useJobAction } from '../ui/useJobAction.ts'
import { CardEditor } from './CardEditor.tsx'
import styles from './ModelScreen.module.css'
import { PreFlight } from './PreFlight.tsx'
import { useModel, useModels, useSuggestedCard } from './queries.ts'

/** The models of the project; one of them with its pre-flight report, its card and the proof on an image. */
export default function ModelScreen() {
  const { modelId } = useParams()
  const navigate = useNavigate()
  const models = useModels()
  const [picking, setPicking] = useState(false)
  const [error, setError] = useState<string | null>(null)
  const add = useJobAction<{ source: string }>('/api/models', (job) => {
    const id = job.result?.['modelId']
    if (typeof id === 'string') navigate(`/models/${id}`)
  })
  const pick = async () => {
    setError(null)
    try {
      const [chosen] = await shell.pickFiles('model')
      if (chosen !== undefined) add.start({ source: chosen.handle })
    } catch (failure) {
      setError(failure instanceof Error ? failure.message : String(failure))
    }
  }
  const list = models.data ?? []
  const chosen = modelId ?? list[0]?.id
  const addButton = (
    <Button
      variant="filled"
      leftSection={<IconPlus size={16} stroke={1.5} />}
      loading={add.busy}
      onClick={() => void pick()}
    >
      Add model
    </Button>
  )
  const problem =
    error ??
    add.error?.message ??
    (add.job?.state === 'failed' ? (add.job.failures.at(-1)?.message ?? 'The file could not be read.') : null)
  return (
    <div className={styles.screen}>
      <nav className={styles.list} aria-label="Models">
        <div className={styles.head}>
          <h1>Models</h1>
          {addButton}
          {!isDesktop && <Button onClick={() => setPicking(true)}>From this computer</Button>}
        </div>
        {problem && <Notice kind="error">{problem}</Notice>}
        {add.job && add.busy && <JobProgress job={add.job} what="steps" onCancel={add.cancel} />}
        {list.map((model) => (
          <button
            key={model.id}
            type="button"
            className={styles.model}
            aria-current={model.id === chosen}
            onClick={() => navigate(`/models/${model.id}`)}
          >
            <span className={styles.name}>{model.card?.name ?? model.name}</span>
            <span className={styles.under}>
              {formatBytes(model.bytes)},{' '}
              {model.card === null ? 'no card yet' : formatCount(model.card.output.classes.length, 'class', 'classes')}
            </span>
          </button>
        ))}
      </nav>
      {models.isSuccess && list.length === 0 ? (
        <EmptyState action={addButton}>
          A model is any ONNX file with a card that says how images are prepared for it. There is none yet.
        </EmptyState>
      ) : (
        chosen !== undefined && <OneModel key={chosen} id={chosen} />
      )}
      {picking && (
        <PickFromRoots
          onClose={() => setPicking(false)}
          onPick={(path) => {
            setPicking(false)
            add.start({ source: path })
          }}
        />
      )}
    </div>
  )
}

function OneModel({ id }: { id: string }) {
  const model = useModel(id)
  const suggested = useSuggestedCard(id, model.data !== undefined)
  if (model.error) return <Notice kind="error">{model.error.message}</Notice>
  if (model.data === undefined) return null
  const card = model.data.card ?? suggested.data?.card
  return (
    <>
      <PreFlight model={model.data} />
      {suggested.error && <Notice kind="error">{suggested.error.message}</Notice>}
      {card !== undefined && (
        <CardEditor
          key={`${id} ${model.data.card === null}`}
          model={model.data}
          initial={card}
          ask={model.data.card === null ? (suggested.data?.ask ?? []) : []}
        />
      )}
    </>
  )
}
