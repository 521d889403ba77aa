import { errorParagraphs } from '../../shared/errors/index.ts'
import { page } from './markdown.ts'

/** Every error code with its paragraph. */
export function errorsPage(): string {
  const codes = Object.entries(errorParagraphs)
  const areas = Map.groupBy(codes, ([code]) => (code.includes('.') ? code.split('.')[0] : 'general'))
  return page(
    '# Errors',
    `${codes.length} codes. A message says what happened to this file or node; the paragraph here says why such a thing happens and what to do.`,
    ...[...areas].flatMap(([area, entries]) => [
      `## ${area}`,
      ...entries.map(([code, paragraph]) => `**\`${code}\`** ${paragraph}`),
    ]),
  )
}
