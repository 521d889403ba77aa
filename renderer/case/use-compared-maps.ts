import { useEffect, useMemo, useReducer } from 'react'
import type { SaliencyMap } from '../../main/shared/domain/map.ts'
import { useModels } from '../model/queries.ts'
import { formatNumber } from '../ui/format.ts'
import { groupBy } from '../ui/group-by.ts'
import { useMethods } from '../ui/registries.ts'
import { targetWords } from '../ui/target-words.ts'
import type { CaseSession } from '../viewer/case-session.ts'

export interface MapChoice {
  readonly key: string
  readonly label: string
  /** Parameters; with several models or targets among the maps, which ones. */
  readonly note: string
  /** Model and target: what maps must share to be compared without a second thought. */
  readonly group: string
}

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

/** Every map of the case with the words a panel says of it, model by model. */
export function useMapChoices(records: readonly SaliencyMap[]): MapChoice[] {
  const methods = useMethods().data
  const models = useModels().data
  return useMemo(() => {
    const choices = records.map((map) => {
      const model = models?.find((one) => one.id === map.modelId)
      const target = targetWords(map, records, model?.card?.output.classes ?? [])
      return {
        key: map.key,
        label: methods?.find((method) => method.id === map.method)?.title ?? map.method,
        note: settingsOf(map),
        group: [model?.card?.name ?? model?.name ?? 'Model', target].filter(Boolean).join(', '),
      }
    })
    return [...groupBy(choices, (choice) => choice.group).values()].flat()
  }, [records, methods, models])
}

/** Panels of several groups say which one each belongs to; within one group it would be noise. */
export function withGroups(choices: readonly MapChoice[], keys: readonly string[]): readonly MapChoice[] {
  const shown = choices.filter((choice) => keys.includes(choice.key))
  if (new Set(shown.map((choice) => choice.group)).size < 2) return shown
  return shown.map((choice) => ({ ...choice, note: [choice.group, choice.note].filter(Boolean).join(', ') }))
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
