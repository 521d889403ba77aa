import { z } from 'zod'
import { tensor } from '../tensor/tensor.ts'
import { gradCam } from './grad-cam.ts'
import { guidedBackpropagation } from './guided-backpropagation.ts'
import { channelOffsets, itemGeometry } from './item-geometry.ts'
import type { Method } from './method.ts'

const parameters = z.strictObject({
  upsample: z.enum(['bilinear', 'nearest']).default('bilinear').meta({
    title: 'Upsample',
    description: 'How the layer’s map is brought to the size of the input (half-pixel centres; trilinear in 3-D).',
  }),
})
export type GuidedGradCamParameters = z.infer<typeof parameters>

/**
 * Guided Grad-CAM: guided backpropagation times the resized Grad-CAM map.
 *
 * input   x  [N, …item]; the layer of `--layer` or the default
 * output  the shape of x, signed; no unit
 * cost    two backward passes
 * source  Selvaraju et al. 2017, arXiv:1610.02391
 */
export const guidedGradCam: Method<GuidedGradCamParameters> = {
  id: 'guided-grad-cam',
  version: 1,
  title: 'Guided Grad-CAM',
  summary: 'Guided backpropagation where Grad-CAM is positive: sharp, and class-specific by its second factor.',
  source: 'Selvaraju et al. 2017, arXiv:1610.02391',
  family: 'cam',
  output: 'pixel',
  needs: ['gradients', 'activations', 'rules'],
  parameters,
  cost: () => ({ forward: 0, gradient: 2 }),
  async run(input, p, run) {
    const guided = await guidedBackpropagation.run(input, {}, run)
    const cam = await gradCam.run(input, { relu: true, upsample: p.upsample, 'legacy.gradCamGated': false }, run)
    const geometry = itemGeometry(input.model.input)
    const map = guided.map.data.slice()
    for (let c = 0; c < geometry.channels; c++) {
      const offsets = channelOffsets(geometry, c)
      for (let n = 0; n < input.x.dims[0]; n++) {
        for (let q = 0; q < geometry.positions; q++)
          map[n * geometry.size + offsets[q]] *= cam.map.data[n * geometry.positions + q]
      }
    }
    return { map: tensor(input.x.dims, map), scores: guided.scores, check: null, warnings: cam.warnings }
  },
}
