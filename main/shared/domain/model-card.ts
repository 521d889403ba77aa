import { z } from 'zod'

/**
 * Model card: everything the file itself cannot prove. The order of preprocessing is fixed:
 * value (slope, intercept) → orient → crop or pad in mm → resample to `size` → window → scale → mean/std → layout.
 */
export const modelCardSchema = z.object({
  version: z.literal(1).default(1),
  name: z.string().min(1),
  input: z.object({
    name: z.string(),
    /** Order of the tensor's axes: N C then spatial (D H W = k j i), or channels last. */
    layout: z.enum(['NCHW', 'NHWC', 'NCDHW', 'NDHWC']),
    channels: z.number().int().positive(),
    /** Spatial size the tensor has, slowest first: [H, W] or [D, H, W]. */
    size: z.array(z.number().int().positive()).min(2).max(3),
    /** Patient direction each tensor axis runs to, slowest first, e.g. ['P','L'] for axial rows and columns or ['S','P','L']; null keeps the image's own axes. */
    orientation: z
      .array(z.enum(['L', 'R', 'A', 'P', 'S', 'I']))
      .nullable()
      .default(null),
    /** Spacing in mm per axis, slowest first; null stretches the whole image onto `size`. */
    spacingMm: z.array(z.number().positive()).nullable().default(null),
    /** With `spacingMm`: what happens where the image does not fill `size` around its centre. */
    fit: z.enum(['crop-or-pad', 'stretch']).default('stretch'),
    padValue: z.number().nullable().default(null),
    interpolation: z.enum(['linear', 'nearest', 'cubic']).default('linear'),
    /** Linear interpolation averages when shrinking. */
    antialias: z.boolean().default(true),
    /** 2-D networks on volumes: which slices become items. */
    slices: z.enum(['all', 'middle']).default('middle'),
  }),
  intensity: z.object({
    /** 'window' clips to [level − width/2, level + width/2]; 'range' clips to [low, high]; 'image' uses the image's own minimum and maximum; 'none' leaves values alone. */
    clip: z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('window'), width: z.number().positive(), level: z.number() }),
      z.object({ kind: z.literal('range'), low: z.number(), high: z.number() }),
      z.object({ kind: z.literal('image') }),
      z.object({ kind: z.literal('none') }),
    ]),
    /** The clipped interval is mapped linearly onto this one; null leaves it. */
    scaleTo: z.tuple([z.number(), z.number()]).nullable().default([0, 1]),
    mean: z.array(z.number()).default([0]),
    std: z.array(z.number().positive()).default([1]),
    /** How a grey image fills several channels, or a colour image one. */
    colour: z.enum(['grey', 'repeat-grey', 'rgb', 'bgr']).default('grey'),
    invert: z.boolean().default(false),
  }),
  output: z.object({
    name: z.string(),
    /** What the file's last tensor holds, as found and confirmed. */
    kind: z.enum(['logits', 'softmax', 'sigmoid', 'log-softmax']),
    task: z.enum(['classification', 'multi-label', 'binary', 'segmentation']),
    classes: z.array(z.string()).min(1),
  }),
  training: z.object({ provenance: z.string().default(''), replicateGroup: z.string().default('') }).prefault({}),
  accepted: z.boolean().default(false),
})
export type ModelCard = z.infer<typeof modelCardSchema>
