import { type ModelCard, modelCardSchema } from '../../shared/domain/model-card.ts'

/** Inputs of the demo's networks as their cards describe them; means and deviations are each network's own. */
const input = { name: 'image', channels: 1, fit: 'stretch', interpolation: 'linear', antialias: true } as const
const output = { name: 'nodule', kind: 'logits', task: 'binary', classes: ['nodule'] } as const

/** 512×512 films of 12 bits → [1, 1, 128, 128] between 0 and 1. */
export const filmCard: ModelCard = modelCardSchema.parse({
  name: 'Demo film',
  input: { ...input, layout: 'NCHW', size: [128, 128] },
  intensity: { clip: { kind: 'range', low: 0, high: 4095 } },
  output,
})

/** CT in HU → [1, 1, 48, 64, 64] between 0 and 1, axes to the head, the back and the left. */
export const scanCard: ModelCard = modelCardSchema.parse({
  name: 'Demo scan',
  input: { ...input, layout: 'NCDHW', size: [48, 64, 64], orientation: ['S', 'P', 'L'] },
  intensity: { clip: { kind: 'range', low: -1000, high: 400 } },
  output,
})

/** The same geometry for masks: shares between 0 and 1 instead of intensities. */
export function maskCard(card: ModelCard): ModelCard {
  return { ...card, intensity: { ...card.intensity, clip: { kind: 'none' }, scaleTo: null } }
}
