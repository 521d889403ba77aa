import { SaliscopeError } from '../shared/errors.ts'
import type { Tensor } from '../tensor/tensor.ts'
import type { Call } from './command.ts'
import { readClassNames } from './model-input.ts'
import { nearest } from './parse.ts'

const isIndex = (word: string): boolean => /^\d+$/.test(word)

/**
 * The scores that --target names: indices, or names of classes by the model's card, several separated by commas; null
 * when it is left out.
 *
 * errors  cli.usage: no such class; cli.file: a name, and no card that says what it means
 */
export async function targetsOf(call: Call, model: string): Promise<readonly number[] | null> {
  const text = call.text('target')
  if (text === undefined) return null
  const words = text.split(',').map((word) => word.trim())
  if (words.every(isIndex)) return words.map(Number)
  const classes = await readClassNames(call, model, words.find((word) => !isIndex(word)) ?? text)
  const whole = classes.indexOf(text) // a name may hold a comma
  return whole >= 0 ? [whole] : words.map((word) => (isIndex(word) ? Number(word) : indexOfClass(word, classes)))
}

function indexOfClass(name: string, classes: readonly string[]): number {
  const index = classes.indexOf(name)
  if (index >= 0) return index
  const hint = nearest(name, classes)
  const known = classes.slice(0, 20).join(', ')
  throw new SaliscopeError(
    'cli.usage',
    hint
      ? `The model has no class "${name}". Did you mean "${hint}"?`
      : `The model has no class "${name}"; it has ${known}.`,
  )
}

/** Takes the mask of a segmentation target out of the --set values: an array, or the word predicted. errors  cli.usage */
export function takeMask(values: Record<string, unknown>): Tensor | 'predicted' | null {
  const { mask = null } = values
  delete values['mask']
  if (mask === null || mask === 'predicted') return mask
  if (typeof mask === 'object' && 'data' in mask) return mask as Tensor
  throw new SaliscopeError('cli.usage', `--set mask takes @file.npy or predicted, not "${String(mask)}".`)
}
