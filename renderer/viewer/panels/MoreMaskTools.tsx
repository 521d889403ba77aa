import { NumberInput, Select } from '@mantine/core'
import { IconDots } from '@tabler/icons-react'
import { useState } from 'react'
import { useCase, useCaseLayers, useCaseState } from '../case-context.tsx'
import { runCommand, titleWithKey } from '../keys.ts'
import { type Combination, combine } from '../mask/combine.ts'
import { type Smoothing, smooth } from '../mask/smooth.ts'
import { presetsFor } from '../window-presets.ts'
import tools from './mask-tools.module.css'
import styles from './panels.module.css'
import { ToolAction, ToolPopover } from './ToolPopover.tsx'
import { type MaskOperation, useMaskOperation } from './use-mask-operation.ts'
import { LayoutButtons } from './ViewToolbar.tsx'

const SMOOTHING: readonly (readonly [Smoothing, string])[] = [
  ['opening', 'Open: take thin parts away'],
  ['closing', 'Close: fill narrow gaps'],
  ['gaussian', 'Gaussian: round the edge'],
]
const COMBINATIONS: readonly (readonly [Combination, string])[] = [
  ['add', 'Add it'],
  ['common', 'Keep what is common'],
  ['take', 'Take it away'],
]

/** What is needed less often: window, layout, scroll and zoom, smoothing, combining with another segment. */
export function MoreMaskTools() {
  const { store } = useCase()
  const flat = useCaseState((s) => s.grid.dims[2] === 1)
  const operation = useMaskOperation()
  return (
    <ToolPopover
      label="More tools"
      waits={null}
      className={`${styles.iconButton} ${tools.sign}`}
      face={<IconDots size={16} stroke={1.5} />}
    >
      {!flat && (
        <>
          <h3 className={tools.label}>Layout</h3>
          <div className={tools.moreRow}>
            <LayoutButtons />
          </div>
        </>
      )}
      <h3 className={tools.label}>View</h3>
      {(['scroll', 'zoom'] as const).map((id) => (
        <ToolAction key={id} onRun={() => store.setState({ tool: id, outline: null })}>
          {titleWithKey(`tool.${id}`)}
        </ToolAction>
      ))}
      <hr className={tools.divider} />
      <WindowItems />
      {operation !== null && (
        <>
          <hr className={tools.divider} />
          <Smooth {...operation} />
          <hr className={tools.divider} />
          <Combine {...operation} />
        </>
      )}
    </ToolPopover>
  )
}

/** Window presets of the image with their keys. */
function WindowItems() {
  const session = useCase()
  return (
    <>
      <h3 className={tools.label}>Window</h3>
      {[{ digit: '0', title: 'Automatic' }, ...presetsFor(session.image.layer.volume)].map(({ digit, title }) => (
        <ToolAction
          key={digit}
          right={<kbd className={styles.key}>{digit}</kbd>}
          onRun={() => runCommand(digit === '0' ? 'window.automatic' : `window.preset-${digit}`, session)}
        >
          {title}
        </ToolAction>
      ))}
    </>
  )
}

function Smooth({ document, segment, unit, waits, run }: MaskOperation) {
  const [kernelMm, setKernelMm] = useState(2)
  return (
    <>
      <h3 className={tools.label}>Smooth the segment</h3>
      {SMOOTHING.map(([kind, title]) => (
        <ToolAction
          key={kind}
          disabled={waits !== null}
          onRun={() =>
            run(
              (rules) => smooth(document, segment, rules, kind, kernelMm),
              `Nothing was changed: the segment is as smooth as ${kernelMm} ${unit} can make it.`,
            )
          }
        >
          {title}
        </ToolAction>
      ))}
      <NumberInput
        m="xs"
        label={`Kernel, ${unit}`}
        min={0.1}
        max={50}
        step={0.5}
        decimalScale={1}
        value={kernelMm}
        onChange={(value) => typeof value === 'number' && value > 0 && setKernelMm(value)}
      />
    </>
  )
}

/** Another segment, of this mask or of another reader's, to combine the active one with. */
function Combine({ document, segment, waits, run }: MaskOperation) {
  const session = useCaseLayers()
  const [chosen, setChosen] = useState<string | null>(null)
  const others = [...session.masks.values()].flatMap(({ document: other }) =>
    other.segments
      .filter(({ value }) => other !== document || value !== segment)
      .map(({ value, name }) => ({
        key: `${other.id}/${value}`,
        title: other === document ? name : `${name} of ${other.reader}`,
        other: { document: other, value },
      })),
  )
  if (others.length === 0) return <p className={tools.label}>There is no other segment to combine with</p>
  const other = (others.find(({ key }) => key === chosen) ?? others[0]).other
  return (
    <>
      <h3 className={tools.label}>Combine with another segment</h3>
      <Select
        m="xs"
        aria-label="Other segment"
        data={others.map(({ key, title }) => ({ value: key, label: title }))}
        value={`${other.document.id}/${other.value}`}
        allowDeselect={false}
        comboboxProps={{ withinPortal: false }}
        onChange={setChosen}
      />
      {COMBINATIONS.map(([how, title]) => (
        <ToolAction
          key={how}
          disabled={waits !== null && !(how === 'add' && document.counts[segment] === 0)}
          onRun={() =>
            run((rules) => combine(document, segment, other, rules, how), 'Nothing was changed by combining the two.')
          }
        >
          {title}
        </ToolAction>
      ))}
    </>
  )
}
