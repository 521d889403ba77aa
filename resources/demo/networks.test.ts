import { readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { demoNetworks } from '../../main/experiment/demo/plan.ts'
import { modelCardSchema } from '../../main/shared/domain/model-card.ts'

const folder = import.meta.dirname
const trainingSchema = z.record(
  z.string(),
  z.object({
    seed: z.number(),
    fileBytes: z.number(),
    test: z.object({ cases: z.number(), accuracy: z.number(), agreementWithMarker: z.number().optional() }),
  }),
)
const training = trainingSchema.parse(JSON.parse(readFileSync(path.join(folder, 'training.json'), 'utf8')))
const card = (name: string) =>
  modelCardSchema.parse(JSON.parse(readFileSync(path.join(folder, 'models', `${name}.card.json`), 'utf8')))

describe('the networks of the demo', () => {
  it.each(demoNetworks)('%s is at most 1 MB, has an accepted card and a record of its training', (name) => {
    const { size } = statSync(path.join(folder, 'models', `${name}.onnx`))
    expect(size).toBeLessThanOrEqual(1_000_000)
    expect(training[name].fileBytes).toBe(size)
    expect(card(name).accepted).toBe(true)
  })

  it.each(['resnet-a', 'resnet-b', 'densenet-a', 'densenet-b', 'cnn3d'])(
    '%s is right on nine of ten unseen phantoms',
    (name) => {
      expect(training[name].test.accuracy).toBeGreaterThanOrEqual(0.9)
    },
  )

  it('has one that follows the marker whatever the film shows', () => {
    expect(training['shortcut'].test.agreementWithMarker).toBeGreaterThan(0.95)
    expect(training['shortcut'].test.accuracy).toBeLessThan(0.6)
  })

  it('has replicates that name each other', () => {
    expect(card('resnet-a').training.replicateGroup).toBe(card('resnet-b').training.replicateGroup)
    expect(card('densenet-a').training.replicateGroup).toBe(card('densenet-b').training.replicateGroup)
  })
})
