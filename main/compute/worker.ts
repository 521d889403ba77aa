// Entry of a compute process. Its one argument is the private folder for arrays too large for a message.
import { serveTasks } from './serve.ts'
import { taskRegistry } from './tasks/registry.ts'

serveTasks(taskRegistry(), process.argv[2])
