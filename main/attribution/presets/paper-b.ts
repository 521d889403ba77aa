import type { Preset } from './preset.ts'

export const paperB: Preset = {
  id: 'paper-b',
  title: 'Arun et al. 2021',
  source: 'Arun et al. 2021, doi:10.1148/ryai.2021200267',
  output: 'logit',
  methods: {
    gradient: {},
    smoothgrad: { samples: 25, noise: 0.15, variant: 'square' },
    'integrated-gradients': { steps: 10, rule: 'inclusive', baseline: -1 },
    'grad-cam': { relu: true, upsample: 'bilinear' },
    xrai: { base: 'integrated-gradients', algorithm: 'full' },
    'guided-backpropagation': {},
    'guided-grad-cam': { upsample: 'bilinear' },
  },
  notes: [
    'What it calls SmoothGrad and Smooth IG is the mean of squares (defect B1); name it SmoothGrad². Smooth IG: of=integrated-gradients of.steps=10 of.rule=inclusive of.baseline=-1.',
    'Black is −1 there, by its preprocessing to −1 … 1.',
    'Maps are Σ|·| over channels, clipped at the 99th percentile; the class explained is the highest (defect B3).',
  ],
}
