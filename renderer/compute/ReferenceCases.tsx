import { Button, Checkbox, SegmentedControl, TextInput } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { useVirtualizer } from '@tanstack/react-virtual'
import { type KeyboardEvent, useId, useRef, useState } from 'react'
import { useNavigate } from 'react-router'
import type { Split } from '../../main/shared/domain/study.ts'
import { formatInteger } from '../ui/format.ts'
import styles from './ReferenceCases.module.css'
import {
  type ReferenceCandidate,
  referenceHints,
  SPLIT_WORDS,
  shownCandidates,
  splitsOf,
  toggled,
  withAllShown,
} from './reference-cases.ts'

const ROW_PX = 28
const EVERY = 'all'

/** Choosing the cases a map is explained against: search, split, all shown, and what their record will warn of. */
export function ReferenceCases(props: {
  candidates: readonly ReferenceCandidate[]
  chosen: readonly string[]
  /** Samples of the method, one reference for each; null: it takes all. */
  draws: number | null
  onChange: (chosen: string[]) => void
}) {
  const { candidates, chosen, onChange } = props
  const navigate = useNavigate()
  const splits = splitsOf(candidates)
  const [text, setText] = useState('')
  const [split, setSplit] = useState<Split | null>(splits.includes('train') ? 'train' : null)
  const shown = shownCandidates(candidates, { text, split: split !== null && splits.includes(split) ? split : null })
  if (candidates.every(({ isExplained }) => isExplained) && candidates.length <= 1)
    return (
      <section className={styles.references} aria-label="Reference cases">
        <Head chosen={0} />
        <p className={styles.note}>This project has no other case to explain against.</p>
        <Button onClick={() => navigate('/import')}>Import training cases</Button>
      </section>
    )
  return (
    <section className={styles.references} aria-label="Reference cases">
      <Head chosen={chosen.length} of={candidates.length} />
      <p className={styles.note}>From training data only. Every method of this run that takes references uses these.</p>
      {splits.length > 1 && (
        <SegmentedControl
          fullWidth
          aria-label="Split shown"
          data={[
            { value: EVERY, label: 'All' },
            ...splits.map((one) => ({ value: one === '' ? 'none' : one, label: SPLIT_WORDS[one] })),
          ]}
          value={split === null ? EVERY : split === '' ? 'none' : split}
          onChange={(value) => setSplit(value === EVERY ? null : value === 'none' ? '' : (value as Split))}
        />
      )}
      <TextInput
        aria-label="Search reference cases"
        placeholder="Search"
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      <CandidateList shown={shown} chosen={chosen} onToggle={(one) => onChange(toggled(chosen, one))} />
      <div className={styles.buttons}>
        <Button disabled={shown.length === 0} onClick={() => onChange(withAllShown(chosen, shown))}>
          All shown
        </Button>
        <Button disabled={chosen.length === 0} onClick={() => onChange([])}>
          Clear
        </Button>
      </div>
      {referenceHints(chosen, candidates, props.draws).map((hint) => (
        <p key={hint} className={styles.warning} role="status">
          <IconAlertTriangle size={14} stroke={1.5} /> {hint}
        </p>
      ))}
    </section>
  )
}

function Head({ chosen, of }: { chosen: number; of?: number }) {
  return (
    <div className={styles.head}>
      <h4>Reference cases</h4>
      {of !== undefined && (
        <span>
          {formatInteger(chosen)} of {formatInteger(of)}
        </span>
      )}
    </div>
  )
}

/** A list of thousands: arrows, Home and End move, space ticks; only the rows in sight are drawn. */
function CandidateList(props: {
  shown: readonly ReferenceCandidate[]
  chosen: readonly string[]
  onToggle: (candidate: ReferenceCandidate) => void
}) {
  const { shown, onToggle } = props
  const id = useId()
  const scroll = useRef<HTMLDivElement>(null)
  const [wanted, setActive] = useState(0)
  const [isFocused, setFocused] = useState(false)
  const active = Math.min(wanted, shown.length - 1)
  const chosen = new Set(props.chosen)
  const virtual = useVirtualizer({
    count: shown.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => ROW_PX,
    overscan: 8,
  })
  const onKey = (event: KeyboardEvent) => {
    const to = placeAfter(event.key, active, shown.length)
    if (to !== null) {
      setActive(to)
      virtual.scrollToIndex(to)
    } else if (event.key === ' ' || event.key === 'Enter') onToggle(shown[active])
    else return
    event.preventDefault()
  }
  if (shown.length === 0) return <p className={styles.note}>No case matches.</p>
  return (
    <div
      ref={scroll}
      className={styles.list}
      role="listbox"
      tabIndex={0}
      aria-label="Reference cases offered"
      aria-multiselectable
      aria-activedescendant={isFocused ? `${id}-${active}` : undefined}
      onFocus={() => setFocused(true)}
      onBlur={() => setFocused(false)}
      onKeyDown={onKey}
    >
      <div style={{ position: 'relative', height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map(({ index, start }) => (
          <CandidateRow
            key={shown[index].volumeId}
            id={`${id}-${index}`}
            index={index}
            measure={virtual.measureElement}
            place={[index + 1, shown.length]}
            top={start}
            candidate={shown[index]}
            on={chosen.has(shown[index].volumeId)}
            active={isFocused && index === active}
            onClick={() => {
              setActive(index)
              onToggle(shown[index])
            }}
          />
        ))}
      </div>
    </div>
  )
}

/** Where a key moves from a place in a list; null for keys that do not move. */
function placeAfter(key: string, at: number, count: number): number | null {
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: count - 1, PageDown: at + 7, PageUp: at - 7 }[key]
  return to === undefined ? null : Math.max(0, Math.min(count - 1, to))
}

function CandidateRow(props: {
  id: string
  index: number
  /** Long names take several lines. */
  measure: (row: Element | null) => void
  place: readonly [number, number]
  top: number
  candidate: ReferenceCandidate
  on: boolean
  active: boolean
  onClick: () => void
}) {
  const { candidate, on } = props
  const { label, split, isExplained, reason } = candidate
  const note = reason !== null ? 'does not fit' : isExplained ? 'explained' : SPLIT_WORDS[split].toLowerCase()
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the list handles the keys for its options, which are not focused themselves
    <div
      id={props.id}
      ref={props.measure}
      data-index={props.index}
      role="option"
      tabIndex={-1}
      className={styles.row}
      style={{ top: props.top }}
      title={`${label} (${reason ?? SPLIT_WORDS[split]}${isExplained ? ', explained' : ''})`}
      aria-selected={on}
      aria-disabled={reason !== null && !on}
      aria-posinset={props.place[0]}
      aria-setsize={props.place[1]}
      data-active={props.active || undefined}
      onClick={props.onClick}
    >
      <Checkbox.Indicator size="xs" checked={on} disabled={reason !== null && !on} />
      <span className={styles.label}>{label}</span>
      <span className={styles.split}>{note}</span>
    </div>
  )
}
