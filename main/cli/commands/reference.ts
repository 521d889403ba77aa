import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { SaliscopeError } from '../../shared/errors.ts'
import type { Call } from '../command.ts'
import { referencePages } from '../reference/pages.ts'

/** `saliscope reference`: prints one page, or writes all generated ones. */
export async function run(call: Call): Promise<number> {
  const folder = call.text('write')
  const [topic] = call.operands
  const topics = referencePages.map((page) => page.topic).join(', ')
  if (folder !== undefined) {
    if (topic !== undefined) throw new SaliscopeError('cli.usage', '--write writes all pages; give no topic with it.')
    for (const { file, make, isGenerated } of referencePages) {
      if (!isGenerated) continue
      const target = path.join(folder, file)
      await mkdir(path.dirname(target), { recursive: true })
      await writeFile(target, make())
      call.io.out(target)
    }
    return 0
  }
  const page = referencePages.find((one) => one.topic === topic)
  if (page === undefined)
    throw new SaliscopeError(
      'cli.usage',
      topic === undefined
        ? `"reference" needs a topic: ${topics}.`
        : `There is no page "${topic}"; known are ${topics}.`,
    )
  call.io.out(page.make().trimEnd())
  return 0
}
