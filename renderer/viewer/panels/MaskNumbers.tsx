import { useMemo } from 'react'
import { formatInteger, formatNumber } from '../../ui/format.ts'
import { KeyValues, Section } from '../../ui/Section.tsx'
import { useActiveMask, useCase, useCaseState } from '../case-context.tsx'
import { segmentNumbers } from '../mask/numbers.ts'

/** Size and values of the active segment. */
export function MaskNumbers() {
  const session = useCase()
  const document = useActiveMask()
  const value = useCaseState((s) => s.activeSegment)
  const revision = document?.revision
  // biome-ignore lint/correctness/useExhaustiveDependencies: the document changes in place; its revision says so
  const numbers = useMemo(
    () => (document === null ? null : segmentNumbers(document, value)),
    [document, value, revision],
  )
  const segment = document?.segment(value)
  if (document === null || segment === undefined || numbers === null) return null
  const { unit, grid } = session.image.layer.volume
  const flat = grid.dims[2] === 1
  const length = grid.physical ? 'mm' : 'px'
  const size = flat
    ? `${formatNumber(numbers.sizeMm / (grid.physical ? 100 : 1), grid.physical ? 2 : 0)} ${grid.physical ? 'cm²' : 'px²'}`
    : `${formatNumber(numbers.sizeMm / (grid.physical ? 1000 : 1), grid.physical ? 2 : 0)} ${grid.physical ? 'cm³' : 'voxels'}`
  const extent = numbers.extentMm.slice(0, flat ? 2 : 3).map((edge) => formatNumber(edge, grid.physical ? 1 : 0))
  return (
    <Section title={segment.name} note={`${formatInteger(numbers.voxels)} voxels`}>
      <KeyValues
        rows={[
          [flat ? 'Area' : 'Volume', size],
          ['Extent', `${extent.join(' × ')} ${length}`],
          ['Mean inside', `${formatNumber(numbers.mean, 1)} ± ${formatNumber(numbers.deviation, 1)} ${unit}`],
        ]}
      />
    </Section>
  )
}
