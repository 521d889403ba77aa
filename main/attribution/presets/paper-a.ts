import type { Preset } from './preset.ts'

export const paperA: Preset = {
  id: 'paper-a',
  title: 'Brocki et al. 2022',
  source: 'Brocki et al. 2022, arXiv:2209.15398',
  methods: {
    gradient: {},
    deconvolution: {},
    'integrated-gradients': { steps: 25, rule: 'right', baseline: 'minimum' },
    'expected-gradients': {},
    smoothgrad: { samples: 15, variant: 'mean' },
    xrai: { algorithm: 'full' },
    random: {},
  },
  notes: [
    'The noise of SmoothGrad is not published; 0.15 of the range is taken.',
    'Black is taken as the smallest value of the image. IntGradBW is baseline=black-white, SmoothGradSQ variant=square.',
    'One neuron codes two classes: explain the negative (negate=true) for the other one.',
  ],
}
