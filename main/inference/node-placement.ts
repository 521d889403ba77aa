import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { z } from 'zod'

/** Where the nodes of a session ran. */
export interface NodePlacement {
  readonly nodes: number
  /** Nodes on the CPU by operator; copies between devices are not among them. */
  readonly onCpu: Readonly<Record<string, number>>
}

/** The events of ONNX Runtime's profile that tell of one run of a node's kernel. */
const profileSchema = z.array(
  z.object({
    cat: z.string(),
    name: z.string(),
    args: z.object({ op_name: z.string(), provider: z.string(), node_index: z.string() }).partial().optional(),
  }),
)

/** A folder for one profile; ONNX Runtime writes it when the session is told to end profiling. */
export class ProfileFolder {
  readonly #folder = mkdtempSync(path.join(tmpdir(), 'saliscope-profile-'))

  /** What the file's name begins with. */
  get prefix(): string {
    return path.join(this.#folder, 'profile')
  }

  /** errors  Error: no profile, or another form than expected */
  read(): NodePlacement {
    const [file] = readdirSync(this.#folder)
    if (file === undefined) throw new Error('ONNX Runtime wrote no profile')
    return placementOf(JSON.parse(readFileSync(path.join(this.#folder, file), 'utf8')))
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true })
  }
}

/**
 * Counts nodes by the provider that ran them.
 *
 * profile  as ONNX Runtime writes it, of one run
 * errors   Error: another form than expected
 * source   onnxruntime, docs/performance/tune-performance/profiling-tools: events of category Node, one `…_kernel_time` per node
 */
export function placementOf(profile: unknown): NodePlacement {
  const events = profileSchema.parse(profile)
  const onCpu: Record<string, number> = {}
  const seen = new Set<string>()
  for (const { cat, name, args } of events) {
    if (cat !== 'Node' || !name.endsWith('_kernel_time') || args?.op_name === undefined) continue
    // The body of a loop tells of its nodes once per turn.
    const key = `${args.node_index} ${name}`
    if (seen.has(key) || args.op_name.startsWith('Memcpy')) continue
    seen.add(key)
    if (args.provider === 'CPUExecutionProvider') onCpu[args.op_name] = (onCpu[args.op_name] ?? 0) + 1
  }
  if (seen.size === 0) throw new Error('the profile of ONNX Runtime names no nodes')
  return { nodes: seen.size, onCpu }
}
