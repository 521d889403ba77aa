import type { Preset } from './preset.ts'

export const pair: Preset = {
  id: 'pair',
  title: 'PAIR saliency',
  source: 'PAIR saliency 0.2.1',
  methods: {
    gradient: {},
    smoothgrad: { samples: 25, noise: 0.15, variant: 'square' },
    'integrated-gradients': { steps: 25, rule: 'inclusive', baseline: 0 },
    'blur-integrated-gradients': { steps: 100, maximumSigma: 50, differenceSigma: 0.01 },
    'guided-integrated-gradients': { steps: 200, fraction: 0.25, maximumDistance: 0.02, baseline: 0 },
    'guided-backpropagation': {},
    'grad-cam': { relu: true, upsample: 'bilinear' },
    occlusion: { window: 15, stride: 1, value: 0, aggregate: 'sum' },
    xrai: { base: 'integrated-gradients', algorithm: 'full' },
  },
  notes: [
    'SmoothGrad means the mean of squares there: it has no sign.',
    'Grad-CAM is divided by its maximum there; raw values are kept here.',
  ],
}
