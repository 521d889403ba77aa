import { Button } from '@mantine/core'
import { IconCheck } from '@tabler/icons-react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { Model } from '../../main/shared/domain/model.ts'
import { type ModelCard, modelCardSchema } from '../../main/shared/domain/model-card.ts'
import { sendJson } from '../app/api.ts'
import { Notice } from '../ui/Notice.tsx'
import { CardFields } from './CardFields.tsx'
import styles from './ModelScreen.module.css'
import { Proof } from './Proof.tsx'

/** The card as a form; it can be accepted only after its preprocessing was shown on an image with the model's score. */
export function CardEditor({ model, initial, ask }: { model: Model; initial: ModelCard; ask: readonly string[] }) {
  const queries = useQueryClient()
  const [card, setCard] = useState(initial)
  const [shownFor, setShownFor] = useState<ModelCard | null>(null)
  const parsed = modelCardSchema.safeParse(card)
  const save = useMutation({
    mutationFn: () => sendJson<Model>('PUT', `/api/models/${model.id}/card`, { ...card, accepted: true }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['models'] }),
  })
  const proved = shownFor === card
  return (
    <>
      <section className={styles.card} aria-label="Model card">
        <div className={styles.fields}>
          <CardFields card={card} ask={ask} onChange={setCard} />
        </div>
        {!parsed.success && (
          <Notice kind="warning">{`${parsed.error.issues[0].path.join('.')}: ${parsed.error.issues[0].message}`}</Notice>
        )}
        {save.error && <Notice kind="error">{save.error.message}</Notice>}
        <div className={styles.act}>
          <span>{proved ? (model.card === null ? 'Shown on an image.' : '') : 'Look at the proof first.'}</span>
          <Button
            variant="filled"
            leftSection={<IconCheck size={16} stroke={1.5} />}
            disabled={!parsed.success || !proved}
            loading={save.isPending}
            onClick={() => save.mutate()}
          >
            Accept card
          </Button>
        </div>
      </section>
      <Proof model={model} card={parsed.success ? card : null} onShown={() => setShownFor(card)} />
    </>
  )
}
