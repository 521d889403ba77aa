import { Checkbox } from '@mantine/core'
import { groupBy } from '../ui/group-by.ts'
import { Section } from '../ui/Section.tsx'
import panel from '../viewer/panels/panels.module.css'
import type { MapChoice } from './use-compared-maps.ts'

/** Maps of the case to choose from, by model and target; a click adds or takes away, the link takes a whole group. */
export function CompareChooser({
  choices,
  chosen,
  onChange,
}: {
  readonly choices: readonly MapChoice[]
  readonly chosen: readonly string[]
  onChange(keys: string[]): void
}) {
  const set = (keys: readonly string[], on: boolean) =>
    onChange(choices.map((one) => one.key).filter((key) => (keys.includes(key) ? on : chosen.includes(key))))
  const groups = [...groupBy(choices, (choice) => choice.group)]
  return (
    <>
      {groups.map(([group, members]) => {
        const keys = members.map((one) => one.key)
        const all = keys.every((key) => chosen.includes(key))
        return (
          <Section
            key={group}
            title={group}
            note={
              <button
                type="button"
                className={panel.linkButton}
                aria-label={`${group}: ${all ? 'none' : 'all'}`}
                onClick={() => set(keys, !all)}
              >
                {all ? 'none' : 'all'}
              </button>
            }
          >
            <ul className={panel.list} aria-label={`Maps to compare, ${group}`}>
              {members.map(({ key, label, note }) => (
                <li key={key} className={panel.check}>
                  <Checkbox
                    label={label}
                    description={note}
                    checked={chosen.includes(key)}
                    onChange={(event) => set([key], event.currentTarget.checked)}
                  />
                </li>
              ))}
            </ul>
          </Section>
        )
      })}
    </>
  )
}
