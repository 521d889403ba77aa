import type { Preset } from './preset.ts'

export const paperD: Preset = {
  id: 'paper-d',
  title: 'Alam et al. 2023 (SHAMSUL)',
  source: 'Alam et al. 2023, doi:10.5617/nmi.10471',
  output: 'probability',
  methods: {
    lime: {
      samples: 1000,
      kernelWidth: 0.25,
      ridge: 1,
      fill: 0,
      segmenter: 'quickshift',
      'segmenter.kernelSize': 4,
      'segmenter.maximumDistance': 200,
      'segmenter.ratio': 0.2,
    },
    'kernel-shap': {
      samples: 1000,
      segmenter: 'slic',
      'segmenter.segments': 50,
      'segmenter.compactness': 30,
      'segmenter.sigma': 3,
    },
    'grad-cam': { relu: true, upsample: 'bilinear' },
    lrp: { composite: 'epsilon', epsilon: 1e-6 },
  },
  notes: [
    'Grad-CAM was gated, started from 1 and computed for the rank of a class (defects D7, D1); legacy.gradCamGated=true gates it.',
    'SHAP hid segments by 255 in images of 0 … 1 (defect D2): legacy.shap255=true.',
    'Its SHAP assumed 50 segments and labels from 0 (defect D3): legacy.fixedFeatures=true.',
    'The LRP variants are epsilon, epsilon-alpha2-beta1, epsilon=1 and, for deep Taylor, zplus.',
  ],
}
