import { NumberInput, SegmentedControl, Slider } from '@mantine/core'
import { Section } from '../../ui/Section.tsx'
import { useCase, useCaseState } from '../case-context.tsx'
import type { OutlineSettings } from '../store.ts'
import styles from './panels.module.css'

/** Steps of the slider are even on a logarithmic scale from 0.5 to 60 mm: small brushes need finer steps. */
const toSlider = (radiusMm: number) => Math.log(radiusMm / 0.5) / Math.log(120)
const fromSlider = (share: number) => Math.round(0.5 * 120 ** share * 10) / 10

/** Settings of the tool in hand: brush and eraser, outlines, fill. Tools without any show the brush's, which is what a reader goes back to. */
export function MaskToolSettings() {
  const tool = useCaseState((s) => s.tool)
  if (tool === 'polygon' || tool === 'freehand') return <OutlineSettingsPanel />
  if (tool === 'fill') return <FillPanel />
  return <BrushPanel />
}

/** Size and form of brush and eraser. */
function BrushPanel() {
  const { store } = useCase()
  const brush = useCaseState((s) => s.brush)
  const flat = useCaseState((s) => s.grid.dims[2] === 1)
  const unit = useCaseState((s) => (s.grid.physical ? 'mm' : 'px'))
  const set = (change: Partial<typeof brush>) => store.setState({ brush: { ...brush, ...change } })
  return (
    <Section title="Brush" note="[ and ], or Ctrl and wheel">
      <div className={styles.settings}>
        <span>Radius</span>
        <div className={styles.radius}>
          <Slider
            thumbLabel="Brush radius"
            size="xs"
            label={null}
            min={0}
            max={1}
            step={0.01}
            value={Math.min(1, Math.max(0, toSlider(brush.radiusMm)))}
            onChange={(share) => set({ radiusMm: fromSlider(share) })}
          />
          <NumberInput
            aria-label={`Brush radius, ${unit}`}
            hideControls
            decimalScale={1}
            min={0.2}
            max={100}
            suffix={` ${unit}`}
            value={brush.radiusMm}
            onChange={(value) => typeof value === 'number' && value > 0 && set({ radiusMm: value })}
          />
        </div>
        {!flat && (
          <>
            <span>Form</span>
            <SegmentedControl
              aria-label="Brush form"
              data={[
                { value: 'disc', label: 'Disc' },
                { value: 'sphere', label: 'Ball, 3-D' },
              ]}
              value={brush.shape}
              onChange={(value) => set({ shape: value as typeof brush.shape })}
            />
          </>
        )}
      </div>
    </Section>
  )
}

/** On which slices, and on which side, a closed outline is filled. */
function OutlineSettingsPanel() {
  const { store } = useCase()
  const settings = useCaseState((s) => s.outlineSettings)
  const flat = useCaseState((s) => s.grid.dims[2] === 1)
  const tool = useCaseState((s) => s.tool)
  const set = (change: Partial<OutlineSettings>) => store.setState({ outlineSettings: { ...settings, ...change } })
  return (
    <Section title={tool === 'polygon' ? 'Polygon' : 'Freehand'} note="hold X to cut">
      <div className={styles.settings}>
        <span>Fills</span>
        <SegmentedControl
          aria-label="Side of the outline"
          data={[
            { value: 'inside', label: 'Inside' },
            { value: 'outside', label: 'Outside' },
          ]}
          value={settings.side}
          onChange={(side) => set({ side: side as OutlineSettings['side'] })}
        />
        {!flat && (
          <>
            <span>Slices</span>
            <SegmentedControl
              aria-label="Slices of the outline"
              data={[
                { value: 'slice', label: 'This' },
                { value: 'slab', label: 'Slab' },
                { value: 'all', label: 'All' },
              ]}
              value={settings.extent}
              onChange={(extent) => set({ extent: extent as OutlineSettings['extent'] })}
            />
          </>
        )}
        {!flat && settings.extent === 'slab' && (
          <>
            <span>Thickness</span>
            <NumberInput
              aria-label="Thickness of the slab, mm"
              hideControls
              decimalScale={1}
              min={0.1}
              suffix=" mm"
              value={settings.slabMm}
              onChange={(value) => typeof value === 'number' && value > 0 && set({ slabMm: value })}
            />
          </>
        )}
      </div>
      {tool === 'polygon' && (
        <p className={styles.hint}>
          A click sets a corner; a click on the first one, a double click or Enter closes. Backspace takes one back.
        </p>
      )}
    </Section>
  )
}

/** Whether the fill tool stays in its slice. */
function FillPanel() {
  const { store } = useCase()
  const connectivity = useCaseState((s) => s.fillConnectivity)
  const flat = useCaseState((s) => s.grid.dims[2] === 1)
  return (
    <Section title="Fill" note="hold X to clear">
      {!flat && (
        <div className={styles.settings}>
          <span>Hangs together</span>
          <SegmentedControl
            aria-label="Connectivity of the fill"
            data={[
              { value: '2-D', label: 'In slice, 2-D' },
              { value: '3-D', label: 'In 3-D' },
            ]}
            value={connectivity}
            onChange={(value) => store.setState({ fillConnectivity: value as typeof connectivity })}
          />
        </div>
      )}
      <p className={styles.hint}>
        Click a hole to close it, or another segment to take it over. With a range of values below, everything in range
        that hangs together is filled.
      </p>
    </Section>
  )
}
