import type { Preset } from './preset.ts'

export const paperC: Preset = {
  id: 'paper-c',
  title: 'Brima & Atemkeng 2024',
  source: 'Brima & Atemkeng 2024, doi:10.1186/s13040-024-00370-4',
  output: 'probability',
  methods: {
    gradient: {},
    smoothgrad: { samples: 25, noise: 0.15, variant: 'square' },
    'integrated-gradients': { steps: 25, rule: 'inclusive', baseline: 0 },
    'guided-integrated-gradients': { steps: 25, fraction: 0.5, maximumDistance: 1, baseline: 0 },
    'blur-integrated-gradients': { steps: 100, maximumSigma: 50, differenceSigma: 0.01 },
    xrai: { base: 'integrated-gradients', algorithm: 'full' },
    'grad-cam': { relu: true, upsample: 'bilinear' },
    'grad-cam-plus-plus': { relu: true, upsample: 'bilinear' },
    'score-cam': { relu: true, upsample: 'bilinear' },
    random: {},
  },
  notes: [
    'The zero baseline is the mean of the data there, not black (defect C6): the grey value it stands for is shown with the map.',
    'Score-CAM applied softmax twice (defect C5); legacy.doubleSoftmax=true does the same.',
    'CAMs were made for the true class, the other maps for the predicted one (defect C4); CAMs of the logit, the others of the softmax.',
  ],
}
