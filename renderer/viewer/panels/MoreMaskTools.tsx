import { Menu, NumberInput, Select, Tooltip } from '@mantine/core'
import { IconDots } from '@tabler/icons-react'
import { useState } from 'react'
import { useCase, useCaseLayers, useCaseState } from '../case-context.tsx'
import { runCommand, titleWithKey } from '../keys.ts'
import { type Combination, combine } from '../mask/combine.ts'
import { type Smoothing, smooth } from '../mask/smooth.ts'
import { presetsFor } from '../window-presets.ts'
import tools from './mask-tools.module.css'
import styles from './panels.module.css'
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
    <Menu position="bottom-start" closeOnItemClick={false}>
      <Menu.Target>
        <Tooltip label="More tools">
          <button type="button" className={`${styles.iconButton} ${tools.sign}`} aria-label="More tools">
            <IconDots size={16} stroke={1.5} />
          </button>
        </Tooltip>
      </Menu.Target>
      <Menu.Dropdown className={tools.more}>
        {!flat && (
          <>
            <Menu.Label>Layout</Menu.Label>
            <div className={tools.moreRow}>
              <LayoutButtons />
            </div>
          </>
        )}
        <Menu.Label>View</Menu.Label>
        {(['scroll', 'zoom'] as const).map((id) => (
          <Menu.Item key={id} closeMenuOnClick onClick={() => store.setState({ tool: id, outline: null })}>
            {titleWithKey(`tool.${id}`)}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <WindowItems />
        {operation !== null && (
          <>
            <Menu.Divider />
            <Smooth {...operation} />
            <Menu.Divider />
            <Combine {...operation} />
          </>
        )}
      </Menu.Dropdown>
    </Menu>
  )
}

/** Window presets of the image with their keys. */
function WindowItems() {
  const session = useCase()
  return (
    <>
      <Menu.Label>Window</Menu.Label>
      {[{ digit: '0', title: 'Automatic' }, ...presetsFor(session.image.layer.volume)].map(({ digit, title }) => (
        <Menu.Item
          key={digit}
          closeMenuOnClick
          rightSection={<kbd className={styles.key}>{digit}</kbd>}
          onClick={() => runCommand(digit === '0' ? 'window.automatic' : `window.preset-${digit}`, session)}
        >
          {title}
        </Menu.Item>
      ))}
    </>
  )
}

function Smooth({ document, segment, unit, waits, run }: MaskOperation) {
  const [kernelMm, setKernelMm] = useState(2)
  return (
    <>
      <Menu.Label>Smooth the segment</Menu.Label>
      {SMOOTHING.map(([kind, title]) => (
        <Menu.Item
          key={kind}
          closeMenuOnClick
          disabled={waits !== null}
          onClick={() =>
            run(
              (rules) => smooth(document, segment, rules, kind, kernelMm),
              `Nothing was changed: the segment is as smooth as ${kernelMm} ${unit} can make it.`,
            )
          }
        >
          {title}
        </Menu.Item>
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
  if (others.length === 0) return <Menu.Label>There is no other segment to combine with</Menu.Label>
  const other = (others.find(({ key }) => key === chosen) ?? others[0]).other
  return (
    <>
      <Menu.Label>Combine with another segment</Menu.Label>
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
        <Menu.Item
          key={how}
          closeMenuOnClick
          disabled={waits !== null && !(how === 'add' && document.counts[segment] === 0)}
          onClick={() =>
            run((rules) => combine(document, segment, other, rules, how), 'Nothing was changed by combining the two.')
          }
        >
          {title}
        </Menu.Item>
      ))}
    </>
  )
}
