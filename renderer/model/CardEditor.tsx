import { Button, FileButton } from '@mantine/core'
import { IconCheck } from '@tabler/icons-react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { Model } from '../../main/shared/domain/model.ts'
import { type ModelCard, modelCardSchema } from '../../main/shared/domain/model-card.ts'
import { sendJson } from '../app/api.ts'
import { saveFile } from '../app/save-file.ts'
import { Notice } from '../ui/Notice.tsx'
import { CardFields } from './CardFields.tsx'
import styles from './ModelScreen.module.css'
import { Proof } from './Proof.tsx'

/** The card as a form; it can be accepted only after its preprocessing was shown on an image with the model's score. */
export function CardEditor({ model, initial, ask }: { model: Model; initial: ModelCard; ask: readonly string[] }) {
  const queries = useQueryClient()
  const [card, setCard] = useState(initial)
  const [fileError, setFileError] = useState<string | null>(null)
  // A card from a file states everything, whatever the model file itself proves.
  const [stated, setStated] = useState(false)
  const [shownFor, setShownFor] = useState<ModelCard | null>(null)
  const parsed = modelCardSchema.safeParse(card)
  const save = useMutation({
    mutationFn: () => sendJson<Model>('PUT', `/api/models/${model.id}/card`, { ...card, accepted: true }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['models'] }),
  })
  const proved = shownFor === card
  const load = async (file: File | null) => {
    if (file === null) return
    const read = await readCard(file)
    setFileError(read.error)
    if (read.card === null) return
    setCard(read.card)
    setStated(true)
  }
  const download = () => {
    const text = new Blob([JSON.stringify(card, null, 2)], { type: 'application/json' })
    saveFile('table', `${card.name}.card.json`, async () => text).catch((error: unknown) =>
      setFileError(error instanceof Error ? error.message : String(error)),
    )
  }
  return (
    <>
      <section className={styles.card} aria-label="Model card">
        <div className={styles.fields}>
          <CardFields card={card} ask={stated ? [] : ask} onChange={setCard} />
        </div>
        {!parsed.success && (
          <Notice kind="warning">{`${parsed.error.issues[0].path.join('.')}: ${parsed.error.issues[0].message}`}</Notice>
        )}
        {save.error && <Notice kind="error">{save.error.message}</Notice>}
        {fileError && <Notice kind="error">{fileError}</Notice>}
        <div className={styles.act}>
          <FileButton accept=".json,application/json" onChange={(file) => void load(file)}>
            {(props) => <Button {...props}>Load card</Button>}
          </FileButton>
          <Button disabled={!parsed.success} onClick={download}>
            Save card
          </Button>
          <Button
            className={styles.accept}
            variant="filled"
            leftSection={<IconCheck size={16} stroke={1.5} />}
            disabled={!parsed.success || !proved}
            loading={save.isPending}
            onClick={() => save.mutate()}
          >
            Accept card
          </Button>
          <span className={styles.word}>{wordOf(model, card, proved)}</span>
        </div>
      </section>
      <Proof model={model} card={parsed.success ? card : null} onShown={() => setShownFor(card)} />
    </>
  )
}

/** A card as it travels beside its model. Reading it accepts nothing: the proof on an image comes first. */
async function readCard(file: File): Promise<{ card: ModelCard | null; error: string | null }> {
  let content: unknown
  try {
    content = JSON.parse(await file.text())
  } catch {
    return { card: null, error: `“${file.name}” is not JSON. Choose the card that came with the model (.card.json).` }
  }
  const parsed = modelCardSchema.safeParse(content)
  if (parsed.success) return { card: { ...parsed.data, accepted: false }, error: null }
  const [issue] = parsed.error.issues
  return { card: null, error: `“${file.name}” is not a model card: ${issue.path.join('.')}: ${issue.message}.` }
}

function wordOf(model: Model, card: ModelCard, proved: boolean): string {
  if (!proved) return 'Look at the proof first.'
  return card.accepted && model.card !== null ? 'Accepted.' : 'Shown on an image.'
}
