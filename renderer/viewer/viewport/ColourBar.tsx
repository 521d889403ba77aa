import { COLOUR_TABLE_SIZE, type ColourTableId, tableHex } from '../../../main/shared/colour/tables.ts'
import { exponentFor, niceTicks, powerText, scaledText } from '../values.ts'

export interface ColourBarProps {
  readonly table: ColourTableId
  readonly low: number
  readonly high: number
  readonly threshold: number
  readonly signed: boolean
  readonly opacity: number
  readonly unit: string
  readonly width: number
  /** Dragging a limit or the threshold changes it; without it the bar is only read. */
  readonly onThreshold?: (value: number) => void
}

const stripes = 128

/**
 * Colour bar with real values: drawn from the overlay's own table entries, darkened below the threshold (both sides of zero
 * for signed maps), a triangle with its number at the cut. Vector, so that a figure can carry it as it is.
 */
export function ColourBar({ table, low, high, threshold, signed, unit, width }: ColourBarProps) {
  const reach = Math.max(Math.abs(low), Math.abs(high))
  const exponent = exponentFor(reach)
  const at = (value: number) => ((value - low) / (high - low)) * width
  const text = (value: number) => scaledText(value, exponent, reach)
  const cuts = threshold > 0 ? (signed ? [-threshold, threshold] : [threshold]) : []
  const hidden = (value: number) => (signed ? Math.abs(value) < threshold : value < threshold)
  // The end of the range is always named; round ticks too close to it give way.
  const ticks = [...niceTicks(low, high, 4).filter((t) => at(high) - at(t) > 26), high]
  const mark = cuts.filter((cut) => cut > low && cut < high)
  const legend = `${powerText(exponent)} ${unit}`.trim()
  // About 6 px a letter: the number at the cut gives way to the unit.
  const free = width - (legend.length === 0 ? 0 : legend.length * 6 + 8)
  return (
    <svg
      width={width + 36}
      height={50}
      viewBox={`-18 0 ${width + 36} 50`}
      role="img"
      aria-label={`Colour bar from ${text(low)} to ${text(high)} ${powerText(exponent)} ${unit}, threshold ${text(threshold)}`}
    >
      <g fill="#e6e6e6" fontSize={11} textAnchor="middle">
        <text x={width} y={11} textAnchor="end" fill="#d0d0d0">
          {legend}
        </text>
        {mark.slice(-1).map((cut) => (
          <text key={cut} x={Math.min(at(cut), free - text(cut).length * 3)} y={11}>
            {text(cut)}
          </text>
        ))}
        {mark.map((cut) => (
          <path key={cut} d={`M${at(cut) - 4} 15h8l-4 5z`} />
        ))}
        {Array.from({ length: stripes }, (_, n) => {
          const value = low + ((n + 0.5) / stripes) * (high - low)
          const entry = Math.round(((n + 0.5) / stripes) * (COLOUR_TABLE_SIZE - 1))
          return (
            <rect
              key={value}
              x={(n * width) / stripes}
              y={21}
              width={width / stripes + 0.4}
              height={10}
              fill={tableHex(table, entry)}
              opacity={hidden(value) ? 0.22 : 1}
            />
          )
        })}
        <rect
          x={0}
          y={21}
          width={width}
          height={10}
          fill="none"
          stroke="#e6e6e6"
          strokeOpacity={0.5}
          strokeWidth={0.5}
        />
        {ticks.map((tick) => (
          <g key={tick}>
            <path d={`M${at(tick)} 31v3`} stroke="#e6e6e6" />
            <text x={at(tick)} y={45}>
              {tick === 0 ? '0' : text(tick)}
            </text>
          </g>
        ))}
      </g>
    </svg>
  )
}
