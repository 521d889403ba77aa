import { groupBy } from '../ui/group-by.ts'
import { Section } from '../ui/Section.tsx'
import { keyCommands, shownKey } from '../viewer/keys.ts'
import styles from './KeyTable.module.css'

/** The cheat sheet, drawn from the one table that also makes tooltips and handlers. */
export function KeyTable() {
  const groups = groupBy(keyCommands, (command) => command.group)
  return (
    <>
      {[...groups].map(([group, commands]) => (
        <Section key={group} title={group}>
          <dl className={styles.keys}>
            {commands.map((command) => (
              <div key={command.id}>
                <dt>{command.title}</dt>
                <dd>
                  {command.keys.map((key) => (
                    <kbd key={key}>{shownKey(key)}</kbd>
                  ))}
                </dd>
              </div>
            ))}
          </dl>
        </Section>
      ))}
    </>
  )
}
