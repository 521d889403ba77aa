import { Checkbox, NumberInput, SegmentedControl, Select, TagsInput, TextInput } from '@mantine/core'
import { IconFile, IconUser } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import type { ModelCard } from '../../main/shared/domain/model-card.ts'
import { Section } from '../ui/Section.tsx'
import styles from './ModelScreen.module.css'
import { NumberList } from './NumberList.tsx'

type Input = ModelCard['input']
type Intensity = ModelCard['intensity']
type Output = ModelCard['output']

/** Every field of the card; "file" where the file proves the value, "asked" where only the user can know. */
export function CardFields({
  card,
  ask,
  onChange,
}: {
  card: ModelCard
  ask: readonly string[]
  onChange: (card: ModelCard) => void
}) {
  const input = (part: Partial<Input>) => onChange({ ...card, input: { ...card.input, ...part } })
  const intensity = (part: Partial<Intensity>) => onChange({ ...card, intensity: { ...card.intensity, ...part } })
  const output = (part: Partial<Output>) => onChange({ ...card, output: { ...card.output, ...part } })
  const row = (label: string, field: string, content: ReactNode) => (
    <Row key={field} label={label} asked={ask.includes(field)}>
      {content}
    </Row>
  )
  return (
    <>
      <Section title="Model">
        {row(
          'Name',
          'name',
          <TextInput
            aria-label="Name"
            value={card.name}
            onChange={(e) => onChange({ ...card, name: e.currentTarget.value })}
          />,
        )}
      </Section>
      <Section title="Input">
        {row(
          'Layout',
          'input.layout',
          <Select
            aria-label="Layout"
            data={['NCHW', 'NHWC', 'NCDHW', 'NDHWC']}
            value={card.input.layout}
            allowDeselect={false}
            onChange={(layout) => layout && input({ layout: layout as Input['layout'] })}
          />,
        )}
        {row(
          'Channels',
          'input.channels',
          <NumberInput
            aria-label="Channels"
            value={card.input.channels}
            min={1}
            onChange={(n) => typeof n === 'number' && input({ channels: n })}
          />,
        )}
        {row(
          'Size',
          'input.size',
          <NumberList
            label="Size, slowest axis first"
            values={card.input.size}
            onChange={(size) => size && input({ size })}
          />,
        )}
        {row(
          'Colour',
          'intensity.colour',
          <Select
            aria-label="Colour"
            data={['grey', 'repeat-grey', 'rgb', 'bgr']}
            value={card.intensity.colour}
            allowDeselect={false}
            onChange={(colour) => colour && intensity({ colour: colour as Intensity['colour'] })}
          />,
        )}
        {row(
          'Slices',
          'input.slices',
          <SegmentedControl
            aria-label="Slices"
            data={['middle', 'all']}
            value={card.input.slices}
            onChange={(slices) => input({ slices: slices as Input['slices'] })}
          />,
        )}
      </Section>
      <Section title="Geometry">
        {row(
          'Fit',
          'input.fit',
          <Select
            aria-label="Fit"
            data={[
              { value: 'stretch', label: 'stretch' },
              { value: 'crop-or-pad', label: 'crop or pad, in mm' },
            ]}
            value={card.input.fit}
            allowDeselect={false}
            onChange={(fit) => fit && input({ fit: fit as Input['fit'] })}
          />,
        )}
        {row(
          'Spacing, mm',
          'input.spacingMm',
          <NumberList
            label="Spacing in mm, slowest axis first; empty stretches"
            values={card.input.spacingMm ?? []}
            optional
            onChange={(spacingMm) => input({ spacingMm })}
          />,
        )}
        {row(
          'Interpolation',
          'input.interpolation',
          <Select
            aria-label="Interpolation"
            data={['linear', 'nearest', 'cubic']}
            value={card.input.interpolation}
            allowDeselect={false}
            onChange={(value) => value && input({ interpolation: value as Input['interpolation'] })}
          />,
        )}
        {row(
          'Shrinking',
          'input.antialias',
          <Checkbox
            label="antialiased"
            checked={card.input.antialias}
            onChange={(e) => input({ antialias: e.currentTarget.checked })}
          />,
        )}
        {row(
          'Outside',
          'input.padValue',
          <NumberInput
            aria-label="Value outside the image"
            placeholder="lowest value"
            value={card.input.padValue ?? ''}
            onChange={(n) => input({ padValue: typeof n === 'number' ? n : null })}
          />,
        )}
      </Section>
      <Section title="Values">
        <ClipFields
          clip={card.intensity.clip}
          asked={ask.includes('intensity.clip')}
          onChange={(clip) => intensity({ clip })}
        />
        {row(
          'Scale to',
          'intensity.scaleTo',
          <NumberList
            label="Interval the clipped values are scaled to; empty leaves them"
            values={card.intensity.scaleTo ?? []}
            optional
            onChange={(pair) => intensity({ scaleTo: pair !== null && pair.length === 2 ? [pair[0], pair[1]] : null })}
          />,
        )}
        {row(
          'Mean',
          'intensity.mean',
          <NumberList
            label="Mean per channel"
            values={card.intensity.mean}
            onChange={(mean) => mean && intensity({ mean })}
          />,
        )}
        {row(
          'Std',
          'intensity.std',
          <NumberList
            label="Standard deviation per channel"
            values={card.intensity.std}
            onChange={(std) => std && intensity({ std })}
          />,
        )}
        {row(
          'Polarity',
          'intensity.invert',
          <Checkbox
            label="inverted"
            checked={card.intensity.invert}
            onChange={(e) => intensity({ invert: e.currentTarget.checked })}
          />,
        )}
      </Section>
      <Section title="Output">
        {row(
          'Kind',
          'output.kind',
          <Select
            aria-label="Kind"
            data={['logits', 'softmax', 'sigmoid', 'log-softmax']}
            value={card.output.kind}
            allowDeselect={false}
            onChange={(kind) => kind && output({ kind: kind as Output['kind'] })}
          />,
        )}
        {row(
          'Task',
          'output.task',
          <Select
            aria-label="Task"
            data={['classification', 'multi-label', 'binary', 'segmentation']}
            value={card.output.task}
            allowDeselect={false}
            onChange={(task) => task && output({ task: task as Output['task'] })}
          />,
        )}
        {row(
          'Classes',
          'output.classes',
          <TagsInput
            aria-label="Class names in the order of the scores"
            value={card.output.classes}
            allowDuplicates
            onChange={(classes) => output({ classes })}
            size="xs"
          />,
        )}
      </Section>
      <Section title="Origin">
        {row(
          'Training',
          'training.provenance',
          <TextInput
            aria-label="Training"
            value={card.training.provenance}
            onChange={(e) => onChange({ ...card, training: { ...card.training, provenance: e.currentTarget.value } })}
          />,
        )}
        {row(
          'Group',
          'training.replicateGroup',
          <TextInput
            aria-label="Replicate group"
            value={card.training.replicateGroup}
            onChange={(e) =>
              onChange({ ...card, training: { ...card.training, replicateGroup: e.currentTarget.value } })
            }
          />,
        )}
      </Section>
    </>
  )
}

function Row({ label, asked, children }: { label: string; asked: boolean; children: ReactNode }) {
  return (
    <div className={styles.row}>
      <span>{label}</span>
      {children}
      <span className={asked ? `${styles.origin} ${styles.asked}` : styles.origin}>
        {asked ? <IconUser size={14} stroke={1.5} /> : <IconFile size={14} stroke={1.5} />}
        {asked ? 'asked' : 'stated'}
      </span>
    </div>
  )
}

function ClipFields({
  clip,
  asked,
  onChange,
}: {
  clip: Intensity['clip']
  asked: boolean
  onChange: (clip: Intensity['clip']) => void
}) {
  const choose = (kind: string) => {
    if (kind === 'window') onChange({ kind, width: 1500, level: -600 })
    else if (kind === 'range') onChange({ kind, low: 0, high: 255 })
    else if (kind === 'image' || kind === 'none') onChange({ kind })
  }
  return (
    <>
      <Row label="Clip" asked={asked}>
        <Select
          aria-label="Clip"
          data={[
            { value: 'window', label: 'window' },
            { value: 'range', label: 'fixed range' },
            { value: 'image', label: 'the image’s own range' },
            { value: 'none', label: 'nothing' },
          ]}
          value={clip.kind}
          allowDeselect={false}
          onChange={(kind) => kind && choose(kind)}
        />
      </Row>
      {clip.kind === 'window' && (
        <Row label="Width, level" asked={asked}>
          <NumberList
            label="Window width and level"
            values={[clip.width, clip.level]}
            onChange={(pair) => pair?.length === 2 && onChange({ kind: 'window', width: pair[0], level: pair[1] })}
          />
        </Row>
      )}
      {clip.kind === 'range' && (
        <Row label="Low, high" asked={asked}>
          <NumberList
            label="Lowest and highest value"
            values={[clip.low, clip.high]}
            onChange={(pair) => pair?.length === 2 && onChange({ kind: 'range', low: pair[0], high: pair[1] })}
          />
        </Row>
      )}
    </>
  )
}
