import type { Preset } from './preset.ts'

export const captum: Preset = {
  id: 'captum',
  title: 'captum',
  source: 'captum 0.9.0',
  methods: {
    gradient: {},
    'input-x-gradient': {},
    'integrated-gradients': { steps: 50, rule: 'gauss-legendre', baseline: 0 },
    smoothgrad: { samples: 5, noise: 1, noiseUnit: 'absolute' },
    'expected-gradients': { samples: 5 },
    'guided-backpropagation': {},
    deconvolution: {},
    deeplift: { rule: 'rescale', baseline: 0 },
    deepshap: { rule: 'rescale' },
    lrp: { composite: 'epsilon', epsilon: 1e-9 },
    'grad-cam': { relu: false, upsample: 'nearest' },
    'guided-grad-cam': { upsample: 'nearest' },
    occlusion: { value: 0, aggregate: 'mean' },
    'kernel-shap': { samples: 25 },
  },
  notes: [
    'Saliency is the absolute value of the gradient; take it when maps are shown or measured.',
    'Window and stride of occlusion have no default there.',
    'KernelShap enforces additivity by a weight of 1e6, here it is exact.',
  ],
}
