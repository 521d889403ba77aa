import { methods } from '../../attribution/registry.ts'

/** One study of the demo and the phantom it holds. */
export interface DemoCase {
  /** Code of the study in the worklist. */
  readonly code: string
  /** `reference`: a healthy film of the honest networks' training set, which some methods explain against. */
  readonly kind: 'film' | 'scan' | 'reference'
  readonly caseNumber: number
}

/** Films at least: sixteen of them show nodule and marker together, enough for the table's sign tests. */
export const leastFilms = 24
const scanCount = 4
const referenceCount = 5

const code = (letters: string, n: number) => `${letters}-${String(n + 1).padStart(2, '0')}`

/** The studies of a demo with so many films; four CT volumes and five reference films come with them. */
export function demoCases(films: number): DemoCase[] {
  return [
    ...Array.from({ length: films }, (_, n): DemoCase => ({ code: code('XR', n), kind: 'film', caseNumber: n })),
    ...Array.from({ length: scanCount }, (_, n): DemoCase => ({ code: code('CT', n), kind: 'scan', caseNumber: n })),
    // The odd ones of the training set are healthy.
    ...Array.from(
      { length: referenceCount },
      (_, n): DemoCase => ({ code: code('TR', n), kind: 'reference', caseNumber: 2 * n + 1 }),
    ),
  ]
}

/** Files of resources/demo/models, in the order of the model list. */
export const demoNetworks = [
  'resnet-a',
  'resnet-b',
  'densenet-a',
  'densenet-b',
  'shortcut',
  'untrained',
  'unet',
  'cnn3d',
] as const
export type DemoNetwork = (typeof demoNetworks)[number]

export const comparedNetworks: Readonly<Record<'honest' | 'cheating', DemoNetwork>> = {
  honest: 'resnet-a',
  cheating: 'shortcut',
}

export interface ChosenMethod {
  readonly method: string
  readonly parameters: Readonly<Record<string, unknown>>
}

/**
 * Parameters that let all methods run on 24 films and two networks within minutes. Fewer samples than the defaults: maps of the sampling
 * methods are noisier than in a study, which the table's text says.
 */
const lighter: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  'integrated-gradients': { steps: 16 },
  smoothgrad: { samples: 12 },
  'blur-integrated-gradients': { steps: 12, maximumSigma: 20 },
  'guided-integrated-gradients': { steps: 16 },
  occlusion: { window: 16, stride: 14 },
  rise: { masks: 150 },
  lime: { samples: 100 },
  'kernel-shap': { samples: 200 },
  'expected-gradients': { samples: 4 * referenceCount },
  xrai: { 'base.steps': 8 },
}

/** Every method of the registry but those of attention, which the demo's networks have not. */
export function filmMethods(): ChosenMethod[] {
  return methods
    .filter(({ needs }) => !needs.includes('attention'))
    .map(({ id }) => ({ method: id, parameters: lighter[id] ?? {} }))
}

/** The maps that ask no network. */
export function controlMethods(): ReadonlySet<string> {
  return new Set(methods.filter(({ family }) => family === 'control').map(({ id }) => id))
}

/** What is computed on the CT volumes: one method of each kind, to be looked at in three planes. */
export const scanMethods: readonly ChosenMethod[] = [
  { method: 'gradient', parameters: {} },
  { method: 'integrated-gradients', parameters: { steps: 16 } },
  { method: 'grad-cam', parameters: {} },
  { method: 'occlusion', parameters: { window: 16, stride: 12 } },
]

/**
 * How a method's map is ranked: pixel methods by their strength whatever its sign (noise of both signs surrounds what a network looks at),
 * position methods by their value.
 */
export function signOf(methodId: string): 'absolute' | 'signed' {
  return methods.find(({ id }) => id === methodId)?.output === 'pixel' ? 'absolute' : 'signed'
}
