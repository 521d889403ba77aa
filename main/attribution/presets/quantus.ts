import type { Preset } from './preset.ts'

export const quantus: Preset = {
  id: 'quantus',
  title: 'Quantus',
  source: 'Quantus 0.6.0, explanation functions on captum',
  methods: {
    gradient: {},
    'input-x-gradient': {},
    'integrated-gradients': { steps: 10, rule: 'trapezoid', baseline: 0 },
    deconvolution: {},
    deeplift: { rule: 'rescale', baseline: 0 },
    lrp: { composite: 'epsilon', epsilon: 1e-9 },
    'grad-cam': { relu: false, upsample: 'bilinear' },
    occlusion: { window: 4, stride: 1, value: 0, aggregate: 'mean' },
    'kernel-shap': { samples: 25 },
  },
  notes: [
    "captum's trapezoid adds up to (steps − 1)/steps; here the weights add up to 1, so its map is 0.9 times this one at 10 steps.",
    'Maps are summed over channels and divided by their largest value before they are measured there.',
  ],
}
