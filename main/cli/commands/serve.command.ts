import type { Command } from '../command.ts'

export const serve: Command = {
  name: 'serve',
  summary: 'the workstation on this machine’s loopback address',
  operands: [{ name: 'PROJECT.saliscope', required: false, description: 'project to open at start' }],
  flags: [
    { name: 'port', value: 'N', description: 'port on 127.0.0.1; default: a free one' },
    {
      name: 'root',
      value: 'FOLDER',
      repeat: true,
      description: 'a folder the program may read studies and models from; default: the current one',
    },
    {
      name: 'data',
      value: 'FOLDER',
      description: 'where the program keeps its own state; default: the user’s data folder',
    },
    { name: 'open', description: 'open the system browser' },
    { name: 'json', description: 'print one JSON line with url and token once ready' },
  ],
  explanation: [
    'Serves the workstation on 127.0.0.1 only, until Ctrl+C; then the project is closed into one file. The printed address holds a token of this start: who has it may read the --root folders.',
    'For a machine without a screen: ssh -L PORT:127.0.0.1:PORT machine, then open the printed address here.',
  ],
  examples: ['saliscope serve --root /data/studies --open'],
  load: () => import('./serve.ts'),
}
