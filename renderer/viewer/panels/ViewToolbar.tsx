import { Menu, NumberInput, Tooltip } from '@mantine/core'
import {
  IconChevronDown,
  IconColumns2,
  IconContrast,
  IconLayoutBoardSplit,
  IconLayoutGrid,
  IconLayoutSidebarRight,
  IconLink,
  IconSquare,
  IconStack2,
} from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { formatNumber } from '../../ui/format.ts'
import { setLayout, setLinked, setWindow } from '../actions.ts'
import { useCase, useCaseState } from '../case-context.tsx'
import { titleWithKey } from '../keys.ts'
import { type LayoutId, layouts } from '../layouts.ts'
import type { SlabMode } from '../slice/extract.ts'
import { automaticWindow, presetsFor } from '../window-presets.ts'
import styles from './panels.module.css'

const icons: Record<LayoutId, ReactNode> = {
  one: <IconSquare size={16} stroke={1.5} />,
  two: <IconColumns2 size={16} stroke={1.5} />,
  four: <IconLayoutGrid size={16} stroke={1.5} />,
  large: <IconLayoutSidebarRight size={16} stroke={1.5} />,
  planes: <IconLayoutBoardSplit size={16} stroke={1.5} />,
}

/** The layouts as one segmented control. */
export function LayoutButtons() {
  const { store } = useCase()
  const layout = useCaseState((s) => s.layout)
  return (
    <fieldset className={styles.segment} aria-label="Layout">
      {layouts.map((l) => (
        <Tooltip key={l.id} label={l.title}>
          <button
            type="button"
            className={styles.iconButton}
            aria-label={l.title}
            aria-pressed={l.id === layout}
            onClick={() => setLayout(store, l.id)}
          >
            {icons[l.id]}
          </button>
        </Tooltip>
      ))}
    </fieldset>
  )
}

/** Window presets of the image with their keys. */
export function WindowMenu() {
  const session = useCase()
  const window = useCaseState((s) => s.window)
  const decimals = window.width < 20 ? 2 : 0
  const { layer } = session.image
  const set = (w: { width: number; level: number }) => setWindow(session.store, w.width, w.level)
  return (
    <Menu position="bottom-start">
      <Menu.Target>
        <button type="button" className={styles.button} title="Window and level presets">
          <IconContrast size={16} stroke={1.5} />W {formatNumber(window.width, decimals)} L{' '}
          {formatNumber(window.level, decimals)}
          <IconChevronDown size={14} stroke={1.5} />
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item rightSection={<kbd className={styles.key}>0</kbd>} onClick={() => set(automaticWindow(layer))}>
          Automatic
        </Menu.Item>
        {presetsFor(layer.volume).map((p) => (
          <Menu.Item key={p.digit} rightSection={<kbd className={styles.key}>{p.digit}</kbd>} onClick={() => set(p)}>
            {p.title}{' '}
            <span className={styles.rowNote}>
              W {formatNumber(p.width, 0)} L {formatNumber(p.level, 0)}
            </span>
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}

const slabTitles: Record<SlabMode, string> = { off: 'Slab off', max: 'Maximum', min: 'Minimum', mean: 'Mean' }

/** Thick slabs by maximum, minimum or mean. */
export function SlabMenu() {
  const { store } = useCase()
  const slab = useCaseState((s) => s.slab)
  return (
    <Menu position="bottom-start" closeOnItemClick={false}>
      <Menu.Target>
        <button type="button" className={styles.button} title="Slab">
          <IconStack2 size={16} stroke={1.5} />
          {slab.mode === 'off' ? slabTitles.off : `${slabTitles[slab.mode]} ${formatNumber(slab.thicknessMm, 0)} mm`}
          <IconChevronDown size={14} stroke={1.5} />
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        {(Object.keys(slabTitles) as SlabMode[]).map((mode) => (
          <Menu.Item
            key={mode}
            aria-checked={mode === slab.mode}
            role="menuitemradio"
            onClick={() => store.setState({ slab: { ...slab, mode } })}
          >
            {mode === slab.mode ? <b>{slabTitles[mode]}</b> : slabTitles[mode]}
          </Menu.Item>
        ))}
        <NumberInput
          label="Thickness"
          suffix=" mm"
          size="xs"
          min={1}
          max={200}
          value={slab.thicknessMm}
          m="xs"
          onChange={(v) => typeof v === 'number' && store.setState({ slab: { ...slab, thicknessMm: v } })}
        />
      </Menu.Dropdown>
    </Menu>
  )
}

/** Toolbar above the views: layout, window, slab, linking, and reminders of the two keys every reader needs. */
export function ViewToolbar({ children }: { children?: ReactNode }) {
  const { store } = useCase()
  const linked = useCaseState((s) => s.linked)
  const flat = useCaseState((s) => s.grid.dims[2] === 1)
  return (
    <div className={styles.toolbar} role="toolbar" aria-label="View">
      {!flat && (
        <>
          <LayoutButtons />
          <span className={styles.separator} />
        </>
      )}
      <WindowMenu />
      {!flat && (
        <>
          <SlabMenu />
          <Tooltip label="All planes pass through one position">
            <button
              type="button"
              className={styles.button}
              aria-pressed={linked}
              onClick={() => setLinked(store, !linked)}
            >
              <IconLink size={16} stroke={1.5} />
              Linked
            </button>
          </Tooltip>
        </>
      )}
      <span className={styles.space} />
      <span title={titleWithKey('maps.peek')}>
        Peek <kbd className={styles.key}>Space</kbd>
      </span>
      <span title={titleWithKey('view.text')}>
        Text <kbd className={styles.key}>I</kbd>
      </span>
      {children && (
        <>
          <span className={styles.separator} />
          {children}
        </>
      )}
    </div>
  )
}
