import type { ReactNode } from 'react'
import type { PlaneName } from '../geometry/planes.ts'
import type { MapInput } from '../slice/slice-renderer.ts'
import { SliceView } from '../viewport/SliceView.tsx'
import styles from './compare.module.css'

export interface PanelValue {
  readonly name: string
  readonly text: string
  readonly best: boolean
  /** Chance level, or why there is no value. */
  readonly why?: string
}

export interface ComparePanelProps {
  readonly title: string
  /** Second line: parameters, layer, or what it is compared with. */
  readonly note: string
  readonly plane: PlaneName
  readonly inputs: readonly MapInput[]
  readonly selected: boolean
  /** Sentence in place of a picture that would not be true. */
  readonly refusal: string | null
  readonly tag: string | null
  readonly bar: ReactNode
  readonly values: readonly PanelValue[]
  onSelect(): void
}

/** One method's map over the case: name, picture, its numbers. The picture moves with all others. */
export function ComparePanel(props: ComparePanelProps) {
  const { title, note, plane, inputs, selected, refusal, tag, bar, values, onSelect } = props
  return (
    <section className={styles.panel} data-selected={selected} aria-label={title} onPointerDownCapture={onSelect}>
      <header className={styles.name}>
        <button type="button" aria-pressed={selected} title={`${title}, ${note}`} onClick={onSelect}>
          {title}
        </button>
        <span title={note}>{note}</span>
      </header>
      <div className={styles.picture}>
        <SliceView plane={plane} maps={inputs} furniture="bare" label={title} active={selected} />
        {tag !== null && refusal === null && <span className={styles.tag}>{tag}</span>}
        {refusal !== null && <p className={styles.refusal}>{refusal}</p>}
      </div>
      {bar}
      <dl className={styles.values}>
        {values.map((value) => (
          <div key={value.name}>
            <dt>{value.name}</dt>
            <dd title={value.why}>{value.best ? <b>{value.text}</b> : value.text}</dd>
          </div>
        ))}
      </dl>
    </section>
  )
}
