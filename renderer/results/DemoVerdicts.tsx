import { z } from 'zod'
import type { Job } from '../../main/shared/domain/job.ts'
import { formatNumber } from '../ui/format.ts'
import type { MethodEntry } from '../ui/registries.ts'
import table from '../ui/table.module.css'
import styles from './ResultsScreen.module.css'

const meanSchema = z.object({ mean: z.number().nullable(), chance: z.number().nullable(), cases: z.number() })
const signsSchema = z.object({ wins: z.number(), losses: z.number(), p: z.number() })
const rowSchema = z.object({
  method: z.string(),
  noduleHonest: meanSchema,
  noduleCheating: meanSchema,
  markerHonest: meanSchema,
  markerCheating: meanSchema,
  markerOverNodule: signsSchema,
  cheatingOverHonest: signsSchema,
  pointing: z.object({ hits: z.number(), cases: z.number() }),
  verdict: z.enum(['exposes', 'hints', 'silent']),
})
export type DemoVerdict = z.infer<typeof rowSchema>

export interface DemoFindings {
  readonly rows: readonly DemoVerdict[]
  /** What the rows say, in one sentence. */
  readonly summary: string
}

const WORDS: Readonly<Record<DemoVerdict['verdict'], string>> = {
  exposes: 'exposes the cheat',
  hints: 'hints at it',
  silent: 'silent',
}

/** What the last demo that ran to its end in this project found; null where there is none. */
export function demoVerdicts(jobs: readonly Job[]): DemoFindings | null {
  const job = jobs.find(({ kind, state }) => kind === 'demo' && state === 'done')
  const found = z.object({ rows: z.array(rowSchema), summary: z.string() }).safeParse(job?.result)
  return found.success ? found.data : null
}

const signs = ({ wins, losses }: DemoVerdict['markerOverNodule']) =>
  wins + losses === 0 ? '–' : `${wins} of ${wins + losses}`

/** Which methods show that the cheating network looks at the marker: means over the demo's films, counts of films, verdict. */
export function DemoVerdicts({
  found: { rows, summary },
  methods,
}: {
  found: DemoFindings
  methods: readonly MethodEntry[]
}) {
  const titleOf = (id: string) => methods.find((method) => method.id === id)?.title ?? id
  return (
    <section className={table.scroll} aria-label="Which methods expose the cheat" tabIndex={0}>
      <p className={styles.summary}>{summary}</p>
      <table className={table.table}>
        <thead>
          <tr>
            <th>Method</th>
            <th className={table.number}>
              Nodule AP <span className={styles.segment}>honest</span>
            </th>
            <th className={table.number}>
              Nodule AP <span className={styles.segment}>cheating</span>
            </th>
            <th className={table.number}>
              Marker AP <span className={styles.segment}>honest</span>
            </th>
            <th className={table.number}>
              Marker AP <span className={styles.segment}>cheating</span>
            </th>
            <th
              className={table.number}
              title="Films on which the cheating network’s map ranks the marker above the nodule"
            >
              Marker first <span className={styles.segment}>films</span>
            </th>
            <th
              className={table.number}
              title="Films on which the marker ranks higher on the cheating network than on the honest one"
            >
              Above honest <span className={styles.segment}>films</span>
            </th>
            <th
              className={table.number}
              title="Films on which the highest point of the cheating network’s map lies within 15 pixels of the marker"
            >
              Points at marker <span className={styles.segment}>films</span>
            </th>
            <th>Verdict</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.method}>
              <td className={table.name}>{titleOf(row.method)}</td>
              {[row.noduleHonest, row.noduleCheating, row.markerHonest, row.markerCheating].map((cell, n) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: four fixed columns
                <td key={n} className={table.number}>
                  {formatNumber(cell.mean)}
                </td>
              ))}
              <td className={table.number}>{signs(row.markerOverNodule)}</td>
              <td className={table.number}>{signs(row.cheatingOverHonest)}</td>
              <td className={table.number}>
                {row.pointing.cases === 0 ? '–' : `${row.pointing.hits} of ${row.pointing.cases}`}
              </td>
              <td className={row.verdict === 'exposes' ? styles.best : table.quiet}>{WORDS[row.verdict]}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className={styles.explained}>
        AP: average precision in the image’s geometry, mean over the films that show the finding. “Exposes the cheat”:
        on the network that learnt the side marker the marker outranks the nodule, it ranks higher than on the honest
        network (exact sign tests, p ≤ 0.01), and the map singles it out: its highest point lies on it on at least half
        of the films, or its precision lies at least 10 % of the way from chance to 1. “Hints at it”: it ranks higher
        than on the honest network and above chance.
      </p>
    </section>
  )
}
