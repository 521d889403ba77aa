import type { ComputePool } from '../compute/task.ts'
import type { Project } from '../project/project.ts'
import type { Job } from '../shared/domain/job.ts'
import type { Run } from '../shared/run.ts'
import type { EventBus } from './events.ts'
import type { ModelFolder } from './model-folder.ts'

/** All a job may use. */
export interface JobContext {
  readonly jobId: string
  readonly project: Project
  readonly pool: ComputePool
  readonly models: ModelFolder
  readonly events: EventBus
  readonly run: Run
  readonly engineVersion: string
  clock(): Date
  newId(prefix: string): string
  /** Notes that one item failed; the others go on. */
  fail(item: string, error: unknown): void
  /** Lets the job's result grow while it runs. */
  result(partial: Record<string, unknown>): void
}

/**
 * One kind of durable work. It starts from its request alone and skips what is there already, so that running it again after
 * a crash ends in the same state.
 */
export interface JobHandler<Request = unknown> {
  readonly kind: Job['kind']
  /** Jobs of one lane run one after the other; lanes run side by side. */
  readonly lane: 'files' | 'compute' | 'demo' | 'demo'
  parse(request: unknown): Request
  title(request: Request): string
  run(request: Request, context: JobContext): Promise<void>
}
