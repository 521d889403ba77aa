import type { FigureRecipe } from '../shared/domain/figure.ts'
import type { FigureData, FigureMap } from './figure-data.ts'
import { figureNumber } from './numbers.ts'

const plain = (value: unknown) =>
  typeof value === 'number' ? figureNumber(value) : typeof value === 'object' ? 'array' : String(value)

/** As many codes as a caption bears; the map's record lists all. */
const mostCodes = 20

function referenceWords(codes: readonly string[]): string {
  const more = codes.length > mostCodes ? ` and ${codes.length - mostCodes} more` : ''
  return `${codes.length} reference case${codes.length === 1 ? '' : 's'} (${codes.slice(0, mostCodes).join(', ')}${more})`
}

function methodSentence(map: FigureMap, titles: FigureData['methodTitles']): string {
  const { method, parameters, layer, references = [] } = map.map
  const settings = Object.entries(parameters).filter(
    ([name, value]) =>
      !(name === 'references' && references.length > 0) &&
      value !== null &&
      value !== undefined &&
      (typeof value !== 'object' || Object.keys(value).length > 0),
  )
  const words = [
    ...settings.map(([name, value]) => `${name} ${plain(value)}`),
    ...(layer === null ? [] : [`layer ${layer}`]),
    ...(references.length === 0 ? [] : [referenceWords(references.map(({ code }) => code))]),
  ]
  return `${titles.get(method) ?? method}${words.length > 0 ? `: ${words.join(', ')}` : ''}.`
}

/** Warnings that lie on images, each once with the codes of all its cases. */
function findingSentences(recipe: FigureRecipe, data: FigureData): string[] {
  const codes = new Map<string, Set<string>>()
  for (const { volumeId } of recipe.rows) {
    const image = data.images.get(volumeId)
    for (const { message } of image?.volume.findings ?? [])
      codes.set(message, (codes.get(message) ?? new Set()).add(image?.caseCode ?? ''))
  }
  return [...codes].map(([message, cases]) => `${[...cases].join(', ')}: ${message}`)
}

function rangeSentence({ range, normalisation }: FigureRecipe): string {
  if (range === 'own') return 'Each panel has its own range.'
  if (normalisation === 'none') return 'One range for all panels.'
  const divisor = normalisation === 'maximum' ? 'largest magnitude' : '99th percentile of magnitude'
  return `Each map divided by its ${divisor}; one range for all panels.`
}

/**
 * The caption stub: target, model, each method with its parameters, range, threshold, sampling, window, outline, versions,
 * and every warning that lies on an item. Case codes only; nothing of the patient.
 */
export function captionText(recipe: FigureRecipe, data: FigureData): string {
  const shown = [...new Set(recipe.rows.flatMap((row) => recipe.columns.map((column) => column.maps[row.volumeId])))]
    .map((key) => data.maps.get(key ?? ''))
    .filter((map) => map !== undefined)
  const sentences: string[] = []
  const models = [
    ...new Set(
      shown.map(
        (map) =>
          `${data.modelNames.get(map.map.modelId) ?? 'model'}, class ${map.targetName}, ${map.map.target.output}`,
      ),
    ),
  ]
  if (models.length > 0) sentences.push(`Maps for ${models.join('; ')}.`)
  sentences.push(...new Set(shown.map((map) => methodSentence(map, data.methodTitles))))
  if (shown.length > 0) {
    sentences.push(rangeSentence(recipe))
    sentences.push(
      `Below ${figureNumber(recipe.threshold * 100)} % of the range transparent; ${recipe.sampling} sampling; channels merged by ${recipe.merge}.`,
    )
  }
  const masks = [
    ...new Set(
      recipe.rows.map((row) =>
        row.mask === null ? undefined : data.masks.get(`${row.mask.maskId} ${row.mask.version} ${row.mask.segment}`),
      ),
    ),
  ].filter((mask) => mask !== undefined)
  if (masks.length > 0 && recipe.furniture.maskOutline)
    sentences.push(`Outline: ${[...new Set(masks.map((mask) => `${mask.segmentName}, ${mask.reader}`))].join('; ')}.`)
  const engines = [
    ...new Set(
      shown.map(
        (map) =>
          `engine ${map.map.provenance.engineVersion}, ONNX Runtime ${map.map.provenance.ortVersion}, ${map.map.provenance.provider}`,
      ),
    ),
  ]
  if (engines.length > 0)
    sentences.push(`Seed ${[...new Set(shown.map((map) => map.map.seed))].join(', ')}; ${engines.join('; ')}.`)
  sentences.push(...findingSentences(recipe, data))
  for (const map of shown)
    for (const warning of map.map.warnings)
      sentences.push(`${data.methodTitles.get(map.map.method) ?? map.map.method}: ${warning}`)
  return [...new Set(sentences)].join(' ')
}
