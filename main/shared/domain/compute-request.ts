import { z } from 'zod'

/** A class of the card: its index or its name. */
const classReference = z.union([z.number().int().nonnegative(), z.string()])

/**
 * Positions of a segmentation output whose scores are summed:
 *
 *   an id or `{maskId, version?, segment?}`  a stored mask of the image; newest saved version, every marked voxel unless told otherwise
 *   `{segmentName}`                          on each image its newest saved mask with a segment of this name
 *   'predicted'                              where the model itself gives the class
 */
const targetMaskSchema = z.preprocess(
  (given) => (typeof given === 'string' && given !== 'predicted' ? { maskId: given } : given),
  z.union([
    z.literal('predicted'),
    z.strictObject({
      maskId: z.string().min(1),
      version: z.number().int().positive().nullable().default(null),
      segment: z.number().int().min(1).max(255).nullable().default(null),
    }),
    z.strictObject({ segmentName: z.string().trim().min(1).max(200) }),
  ]),
)
export type TargetMask = z.output<typeof targetMaskSchema>

/** Images that methods with `references` explain against, in the order they are stacked; each once, since a second mention would weigh it twice. */
const referencesSchema = z.strictObject({
  volumeIds: z
    .array(z.string().min(1))
    .min(1)
    .max(10_000)
    .refine((ids) => new Set(ids).size === ids.length, 'an image is named twice'),
})

/** What POST /api/maps/compute takes: images × methods × classes of one model. */
export const computeRequestSchema = z
  .object({
    volumeIds: z.array(z.string()).min(1).max(100_000),
    modelId: z.string(),
    /** The class explained; null explains the highest score of each image. */
    target: classReference.nullable().default(null),
    /** Instead of `target`: several classes, one map for each; they share forward passes. */
    targets: z.array(classReference).min(1).max(1000).nullable().default(null),
    targetMask: targetMaskSchema.nullable().default(null),
    /** Reference cases of every method that takes them; from training data only. */
    references: referencesSchema.nullable().default(null),
    /** Left out: what the preset says, otherwise the logit. */
    output: z.enum(['logit', 'probability']).optional(),
    negate: z.boolean().default(false),
    /** Published settings that stand behind the parameters given; every method must be in it. */
    preset: z.string().nullable().default(null),
    methods: z
      .array(
        z.object({
          method: z.string(),
          parameters: z.record(z.string(), z.unknown()).default({}),
          layer: z.string().nullable().default(null),
        }),
      )
      .min(1)
      .max(200),
    seed: z.number().int().default(0),
  })
  .refine(({ target, targets }) => target === null || targets === null, {
    path: ['targets'],
    message: 'target and targets cannot both be given',
  })
export type ComputeRequest = z.output<typeof computeRequestSchema>
