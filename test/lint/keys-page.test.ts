import { expect, it } from 'vitest'
import { keyCommands, shownKey } from '../../renderer/viewer/keys.ts'

/** Keys as a page: one table per group, in the order of the table of keys. */
function keysPage(): string {
  const groups = Map.groupBy(keyCommands, (command) => command.group)
  const escaped = (text: string) => text.replaceAll('|', '\\|')
  const sections = [...groups].map(([group, commands]) => {
    const rows = commands.map(
      ({ keys, title }) => `| ${escaped(keys.map(shownKey).join(' or '))} | ${escaped(title)} |`,
    )
    return [`## ${group}`, '', '| key | does |', '|---|---|', ...rows].join('\n')
  })
  const intro = 'Keys of the viewer, the annotation and the comparison. On a Mac, Cmd counts as Ctrl.'
  return `${['# Keys', intro, ...sections].join('\n\n')}\n`
}

it('docs: the page of keys is up to date (npm run reference writes it)', async () => {
  await expect(keysPage()).toMatchFileSnapshot('../../docs/reference/keys.md')
})
