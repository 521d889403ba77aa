/** Error codes of `compute`: code → one paragraph with cause and cure. */
export const computeErrors = {
  'compute.crashed':
    'The compute process ended while it worked on this task; the message names the exit code or signal and the last stage. The project is untouched and the next task gets a fresh process. A task that ended two processes is not tried again: the model or file that it read is the likely cause.',
  'compute.memory':
    'The task used more memory than its limit, so its process was ended. Finished parts are kept. Raise the limit, lower the batch, or choose a cheaper method.',
  'compute.timeout':
    'The task ran longer than its time limit, so its process was ended. Finished parts are kept. Raise the limit, or choose fewer samples or steps.',
  'compute.not-granted':
    'The task wanted to read a file that it was not given. Nothing was read. Choose the file again with the dialog.',
  'compute.unknown-task':
    'The compute process does not know this kind of task. Program and compute process are of different versions: restart the program.',
  'compute.payload':
    'The description of the task does not have the form that this kind of task asks for; the message names the field.',
  'compute.start':
    'The compute process could not be started; the message says why. Usually the Node 24 binary that ships with the program is missing: install again with optional dependencies.',
} as const
