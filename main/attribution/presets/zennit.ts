import type { Preset } from './preset.ts'

export const zennit: Preset = {
  id: 'zennit',
  title: 'zennit',
  source: 'zennit 0.5',
  methods: {
    gradient: {},
    smoothgrad: { samples: 20, noise: 0.1, variant: 'mean' },
    'integrated-gradients': { steps: 20, rule: 'right', baseline: 0 },
    'guided-backpropagation': {},
    deconvolution: {},
    lrp: { composite: 'epsilon-plus', epsilon: 1e-6, gamma: 0.25 },
    occlusion: { window: 8, stride: 8 },
  },
  notes: [
    'The last of its SmoothGrad copies has no noise.',
    'Composites have its names; it has no canoniser for DenseNet, here the thresholds are folded.',
    'Its guided backpropagation and deconvolution gate further activations besides ReLU.',
  ],
}
