import { type KeyboardEvent, type PointerEvent, useMemo, useRef } from 'react'
import { type DisplayRange, displayRange } from '../../../main/shared/colour/display-range.ts'
import { type ColourTableId, tableEntry, tableHex } from '../../../main/shared/colour/tables.ts'
import { exponentFor, scaledText } from '../values.ts'
import { usePaneSize } from '../viewport/use-pane-size.ts'
import type { MapLayer } from '../volume/layers.ts'
import { logHeights, mapHistogram } from './map-histogram.ts'
import styles from './panels.module.css'

const BINS = 76
const PLOT = 64
const BAR = 10

interface Props {
  readonly layer: MapLayer
  readonly range: DisplayRange
  readonly threshold: number
  readonly table: ColourTableId
  onThreshold(value: number): void
  onHigh(value: number): void
}

/**
 * Histogram of the map's values (logarithmic count) over its colour bar. The two marks are the threshold and the end of the
 * range: both are dragged, or moved by the arrow keys; of a signed map the lower end follows, zero keeps the middle.
 */
export function MapRange({ layer, range, threshold, table, onThreshold, onHigh }: Props) {
  const root = useRef<HTMLDivElement>(null)
  const { width } = usePaneSize(root)
  const { statistics } = layer.map
  const axis = useMemo(() => {
    const full = displayRange(statistics, 'full')
    return { low: Math.min(full.low, range.low), high: Math.max(full.high, range.high) }
  }, [statistics, range.low, range.high])
  const heights = useMemo(
    () => logHeights(mapHistogram(layer.data, axis.low, axis.high, BINS)),
    [layer, axis.low, axis.high],
  )
  const span = axis.high - axis.low
  const reach = Math.max(Math.abs(axis.low), Math.abs(axis.high))
  const exponent = exponentFor(Math.max(Math.abs(range.low), Math.abs(range.high)))
  const text = (value: number) => scaledText(value, exponent, reach)
  const at = (value: number) => ((value - axis.low) / span) * width
  const valueAt = (clientX: number) => {
    const box = root.current?.getBoundingClientRect()
    const share = box === undefined ? 0 : (clientX - box.left) / box.width
    return axis.low + Math.min(1, Math.max(0, share)) * span
  }
  const hidden = (value: number) => (range.signed ? Math.abs(value) : value) < threshold
  const step = span / BINS
  const cut = at(Math.min(threshold, axis.high))
  // Numbers of marks that stand close make room to either side.
  const close = Math.abs(at(range.high) - cut) < 40
  return (
    <div ref={root} className={styles.histogram}>
      <svg width={width} height={PLOT + BAR + 28}>
        <title>Values of the map; drag the marks for threshold and maximum</title>
        {heights.map((height, bin) => {
          const middle = axis.low + (bin + 0.5) * step
          const x = (bin * width) / BINS
          return (
            <g key={middle}>
              <rect
                x={x}
                y={PLOT - 2 - height * (PLOT - 8)}
                width={Math.max(0.5, width / BINS - 1)}
                height={height * (PLOT - 8)}
                fill={hidden(middle) ? '#5c5c5c' : '#b5b5b5'}
              />
              <rect
                x={x}
                y={PLOT}
                width={width / BINS + 0.4}
                height={BAR}
                fill={tableHex(table, tableEntry(middle, range.low, range.high))}
                opacity={hidden(middle) ? 0.22 : 1}
              />
            </g>
          )
        })}
        <rect x={0.25} y={PLOT} width={Math.max(0, width - 0.5)} height={BAR} className={styles.barEdge} />
        {range.signed && <path d={`M${at(0)} ${PLOT}v${BAR + 3}`} className={styles.barEdge} />}
        <Mark
          name="Threshold"
          x={cut}
          side={close ? 'left' : 'middle'}
          value={threshold}
          text={text(threshold)}
          low={0}
          high={axis.high}
          step={step}
          width={width}
          valueAt={valueAt}
          onChange={(value) => onThreshold(Math.max(0, value))}
        />
        <Mark
          name="End of the range"
          x={at(range.high)}
          side={close ? 'right' : 'middle'}
          value={range.high}
          text={text(range.high)}
          low={0}
          high={axis.high}
          step={step}
          width={width}
          valueAt={valueAt}
          onChange={(value) => value > Math.max(0, range.signed ? 0 : range.low) && onHigh(value)}
        />
      </svg>
    </div>
  )
}

interface MarkProps {
  readonly name: string
  readonly x: number
  /** Where its number stands. */
  readonly side: 'left' | 'middle' | 'right'
  readonly value: number
  readonly text: string
  readonly low: number
  readonly high: number
  readonly step: number
  readonly width: number
  valueAt(clientX: number): number
  onChange(value: number): void
}

/** A line through plot and bar with its number below. */
function Mark({ name, x, side, value, text, low, high, step, width, valueAt, onChange }: MarkProps) {
  const round = (next: number) => Number(Math.min(high, next).toPrecision(3))
  const drag = (event: PointerEvent<SVGGElement>) => {
    if (event.type === 'pointerdown') event.currentTarget.setPointerCapture(event.pointerId)
    else if (!event.currentTarget.hasPointerCapture(event.pointerId)) return
    onChange(round(valueAt(event.clientX)))
  }
  const keys = (event: KeyboardEvent<SVGGElement>) => {
    const by = { ArrowLeft: -step, ArrowDown: -step, ArrowRight: step, ArrowUp: step }[event.key]
    if (by === undefined) return
    event.preventDefault()
    onChange(round(value + by))
  }
  const y = PLOT + BAR
  // About 6.4 px a digit.
  const half = text.length * 3.2
  const wanted = side === 'middle' ? x : side === 'left' ? x - half : x + half
  const place = Math.min(Math.max(wanted, half), width - half)
  return (
    <g
      className={styles.mark}
      role="slider"
      tabIndex={0}
      aria-label={name}
      aria-valuemin={low}
      aria-valuemax={high}
      aria-valuenow={value}
      aria-valuetext={text}
      onPointerDown={drag}
      onPointerMove={drag}
      onKeyDown={keys}
    >
      <rect x={x - 7} y={0} width={14} height={y + 26} fill="transparent" />
      <path d={`M${x} 2V${y}`} stroke="currentColor" />
      <path d={`M${x - 4.5} ${y + 8}h9l-4.5 -7z`} fill="currentColor" />
      <text x={place} y={y + 22} textAnchor="middle">
        {text}
      </text>
    </g>
  )
}
