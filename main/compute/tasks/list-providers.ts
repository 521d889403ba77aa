import { listProviders } from '../../inference/providers.ts'
import type { Task } from '../task.ts'

/** Which execution providers are here and agree with the CPU. In a process of its own, since drivers may crash. */
export const task: Task = {
  kind: 'list-providers',
  run: async () => ({ record: await listProviders(), arrays: [] }),
}
