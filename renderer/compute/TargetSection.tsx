import { MultiSelect, NumberInput, SegmentedControl, Select } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { Mask } from '../../main/shared/domain/mask.ts'
import type { Model } from '../../main/shared/domain/model.ts'
import { getJson } from '../app/api.ts'
import { Notice } from '../ui/Notice.tsx'
import { Section } from '../ui/Section.tsx'
import styles from './ComputeScreen.module.css'
import { targetMaskChoices } from './target-masks.ts'

export interface TargetChoice {
  readonly targets: readonly number[]
  /** `value` of a TargetMaskChoice. */
  readonly positions: string
  readonly output: 'logit' | 'probability'
  readonly seed: number
}

/** Every mask of the project; asked for only when a segmentation model is chosen. */
export const useTargetMasks = (model: Model | undefined) =>
  useQuery({
    queryKey: ['masks'],
    queryFn: ({ signal }) => getJson<Mask[]>('/api/masks', signal),
    enabled: model?.card?.output.task === 'segmentation',
  })

/** Which model, which of its classes, which number of them; for segmentation models, where. */
export function TargetSection(props: {
  models: readonly Model[]
  model: Model | undefined
  onModel: (id: string | null) => void
  choice: TargetChoice
  volumeIds: readonly string[]
  onChange: (part: Partial<TargetChoice>) => void
}) {
  const { model, choice, onChange } = props
  const classes = model?.card?.output.classes ?? []
  return (
    <Section title="Model and target">
      <div className={styles.stack}>
        <Select
          label="Model"
          data={props.models.map((m) => ({ value: m.id, label: m.card?.name ?? m.name }))}
          value={model?.id ?? null}
          allowDeselect={false}
          onChange={props.onModel}
        />
        <MultiSelect
          label="Explained classes"
          description="One map for each; they share passes. None: each image’s highest score."
          placeholder={choice.targets.length === 0 ? 'Highest score' : undefined}
          searchable
          selectFirstOptionOnChange
          clearable
          hidePickedOptions
          data={classes.map((name, index) => ({ value: String(index), label: name }))}
          value={choice.targets.map(String)}
          onChange={(values) => onChange({ targets: values.map(Number) })}
        />
        {model?.card?.output.task === 'segmentation' && (
          <Positions
            model={model}
            value={choice.positions}
            volumeIds={props.volumeIds}
            onChange={(positions) => onChange({ positions })}
          />
        )}
        <SegmentedControl
          aria-label="Explained score"
          data={[
            { value: 'logit', label: 'Logit' },
            { value: 'probability', label: 'Probability' },
          ]}
          value={choice.output}
          onChange={(value) => onChange({ output: value === 'probability' ? 'probability' : 'logit' })}
        />
        <NumberInput
          label="Seed"
          description="Random methods give the same map for the same seed."
          value={choice.seed}
          min={0}
          allowDecimal={false}
          onChange={(value) => typeof value === 'number' && onChange({ seed: value })}
        />
      </div>
    </Section>
  )
}

function Positions(props: {
  model: Model
  value: string
  volumeIds: readonly string[]
  onChange: (value: string) => void
}) {
  const masks = useTargetMasks(props.model)
  if (masks.error) return <Notice kind="error">{masks.error.message}</Notice>
  const choices = targetMaskChoices(masks.data ?? [], props.volumeIds)
  const hasMasks = choices.some(({ mask }) => mask !== null && mask !== 'predicted')
  return (
    <Select
      label="Explained positions"
      description={
        hasMasks || masks.isPending
          ? 'The class’s score is summed over them.'
          : 'The class’s score is summed over them. Draw and save a mask of these images to choose a part.'
      }
      data={choices.map(({ value, label }) => ({ value, label }))}
      value={choices.some(({ value }) => value === props.value) ? props.value : 'whole'}
      allowDeselect={false}
      onChange={(value) => value && props.onChange(value)}
    />
  )
}
