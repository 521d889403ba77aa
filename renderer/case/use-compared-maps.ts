import { useEffect, useMemo, useReducer } from 'react'
import type { SaliencyMap } from '../../main/shared/domain/map.ts'
import { useModels } from '../model/queries.ts'
import { formatNumber } from '../ui/format.ts'
import { useMethods } from '../ui/registries.ts'
import type { CaseSession } from '../viewer/case-session.ts'
import type { MapChoice } from './CompareSettings.tsx'

/** Parameters worth naming: numbers and words that say how the map was made, shortest first. */
function settingsOf(map: SaliencyMap): string {
  const parts = Object.entries(map.parameters)
    .filter(([, value]) => ['string', 'number', 'boolean'].includes(typeof value))
    .map(
      ([name, value]) =>
        `${name} ${typeof value === 'number' ? formatNumber(value, Number.isInteger(value) ? 0 : 2) : value}`,
    )
    .sort((a, b) => a.length - b.length)
    .slice(0, 2)
  return [map.layer === null ? '' : map.layer, ...parts].filter(Boolean).join(', ')
}

/** Every map of the case with the words a panel says of it. */
export function useMapChoices(records: readonly SaliencyMap[]): MapChoice[] {
  const methods = useMethods().data
  const models = useModels().data
  return useMemo(() => {
    const several = new Set(records.map((map) => map.modelId)).size > 1
    const targets = new Set(records.map((map) => map.target.index)).size > 1
    return records.map((map) => {
      const model = models?.find((one) => one.id === map.modelId)
      const target = model?.card?.output.classes[map.target.index] ?? `class ${map.target.index}`
      const note = [several ? (model?.card?.name ?? model?.name ?? '') : '', targets ? target : '', settingsOf(map)]
      return {
        key: map.key,
        label: methods?.find((method) => method.id === map.method)?.title ?? map.method,
        note: note.filter(Boolean).join(', '),
      }
    })
  }, [records, methods, models])
}

/** Opens the maps that panels need; answers which of them failed, by key. Renders again as they arrive. */
export function useOpenedMaps(session: CaseSession, keys: readonly string[]): ReadonlyMap<string, string> {
  const [failures, fail] = useReducer(
    (before: ReadonlyMap<string, string>, [key, sentence]: readonly [string, string]) =>
      new Map(before).set(key, sentence),
    new Map<string, string>(),
  )
  const wanted = keys.join()
  useEffect(() => {
    for (const key of wanted === '' ? [] : wanted.split(','))
      session.openMap(key).catch((error: unknown) => {
        if (error instanceof DOMException && error.name === 'AbortError') return
        fail([key, error instanceof Error ? error.message : String(error)])
      })
  }, [wanted, session])
  return failures
}
