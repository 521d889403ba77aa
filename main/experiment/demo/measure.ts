import type { SaliencyMap } from '../../shared/domain/map.ts'
import type { StoredMeasurement } from '../../shared/domain/measurement.ts'
import type { Run } from '../../shared/run.ts'
import type { Client } from './client.ts'
import { comparedNetworks, type DemoNetwork, filmMethods, signOf } from './plan.ts'
import { type DemoStudy, markerSegment, noduleSegment } from './studies.ts'
import { type DemoPoint, type DemoValue, pointingTolerance } from './table.ts'

const precision = 'average-precision'
const pointing = 'pointing-game'
const findings = [
  { name: 'nodule', segment: noduleSegment },
  { name: 'marker', segment: markerSegment },
] as const

/** A map of the demo: which method made it, on which of the two networks. */
interface DemoMap {
  readonly key: string
  readonly method: string
  readonly network: 'honest' | 'cheating'
}

/**
 * Measures the maps of every film against its nodules and its marker in the image's geometry: average precision and pointing game. What is
 * measured already is left alone.
 */
export async function measureFilms(
  client: Client,
  films: readonly DemoStudy[],
  networks: ReadonlyMap<DemoNetwork, string>,
  keys: ReadonlySet<string>,
  run: Run,
): Promise<void> {
  for (const [n, film] of films.entries()) {
    run.signal.throwIfAborted()
    run.progress(n, films.length, `Measuring ${film.code}`)
    const maps = await mapsOf(client, film, networks, keys)
    const done = await client.get<StoredMeasurement[]>(`/api/measurements?volumeId=${film.volumeId}`)
    for (const { name, segment } of findings) {
      if (!film.has[name]) continue
      const measured = new Set(
        done
          .filter((m) => m.metric === pointing && m.mask?.maskId === film.maskId && m.mask.segment === segment)
          .map((m) => m.mapKey),
      )
      for (const sign of ['absolute', 'signed'] as const) {
        const mapKeys = maps
          .filter(({ key, method }) => signOf(method) === sign && !measured.has(key))
          .map(({ key }) => key)
        if (mapKeys.length === 0) continue
        const mask = { maskId: film.maskId, version: film.version, segment }
        await client.job('/api/measurements', {
          mapKeys,
          mask,
          metrics: [
            { metric: precision, parameters: { sign } },
            { metric: pointing, parameters: { sign, tolerance: pointingTolerance } },
          ],
          merge: 'sum',
          geometry: 'image',
        })
      }
    }
  }
  run.progress(films.length, films.length, 'Measuring')
}

/** What the project holds of the demo's measurements. */
export async function readValues(
  client: Client,
  films: readonly DemoStudy[],
  networks: ReadonlyMap<DemoNetwork, string>,
  keys: ReadonlySet<string>,
): Promise<{ values: DemoValue[]; points: DemoPoint[] }> {
  const values: DemoValue[] = []
  const points: DemoPoint[] = []
  for (const film of films) {
    const maps = new Map((await mapsOf(client, film, networks, keys)).map((map) => [map.key, map]))
    for (const measured of await client.get<StoredMeasurement[]>(`/api/measurements?volumeId=${film.volumeId}`)) {
      const map = maps.get(measured.mapKey)
      const finding = findings.find(({ segment }) => segment === measured.mask?.segment)
      if (map === undefined || finding === undefined || measured.mask?.maskId !== film.maskId) continue
      const { method, network } = map
      const { metric, value, chance } = measured
      if (metric === precision)
        values.push({ caseId: film.code, method, network, finding: finding.name, value, chance })
      if (metric === pointing && network === 'cheating' && finding.name === 'marker')
        points.push({ caseId: film.code, method, hit: value === null ? null : value === 1 })
    }
  }
  const order = filmMethods().map(({ method }) => method)
  values.sort((a, b) => order.indexOf(a.method) - order.indexOf(b.method))
  return { values, points }
}

/** The demo's own maps of a film (`keys`), not those a user added with other parameters. */
async function mapsOf(
  client: Client,
  film: DemoStudy,
  networks: ReadonlyMap<DemoNetwork, string>,
  keys: ReadonlySet<string>,
): Promise<DemoMap[]> {
  const all = await client.get<SaliencyMap[]>(`/api/maps?volumeId=${film.volumeId}`)
  return all.flatMap(({ key, method, modelId }) => {
    const network = (['honest', 'cheating'] as const).find((role) => networks.get(comparedNetworks[role]) === modelId)
    return network !== undefined && keys.has(key) ? [{ key, method, network }] : []
  })
}
