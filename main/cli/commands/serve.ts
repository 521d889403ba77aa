import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import path from 'node:path'
import { serveLoopback } from '../../host/serve.ts'
import { SaliscopeError } from '../../shared/errors.ts'
import { ensurePage } from '../build-page.ts'
import type { Call } from '../command.ts'
import { defaultDataFolder } from '../data-folder.ts'
import { wholeNumber } from '../parse.ts'

/** `saliscope serve`: the workstation on the loopback address until Ctrl+C, then one cleanly closed project file. */
export async function run(call: Call): Promise<number> {
  const roots = call.all('root').map((root) => path.resolve(root))
  const port = wholeNumber(call, 'port', 1, 65_535)
  const [project] = call.operands
  if (project !== undefined && !existsSync(project))
    throw new SaliscopeError(
      'cli.file',
      `"${project}" is not there. Check the path; "saliscope import" makes a project.`,
    )
  await ensurePage((line) => call.io.err(line))
  const served = await serveLoopback({
    port,
    roots: roots.length > 0 ? roots : [process.cwd()],
    dataFolder: path.resolve(call.text('data') ?? defaultDataFolder()),
    project,
    log: (line) => call.io.err(line),
  })
  if (call.has('json')) call.io.out(JSON.stringify({ url: served.url, token: served.token, port: served.port }))
  else call.io.out(`Saliscope is open at ${served.url}\nThe address holds this start's token; Ctrl+C ends the program.`)
  if (call.has('open')) openBrowser(served.url)
  await new Promise<void>((resolve) => {
    if (call.io.signal.aborted) resolve()
    call.io.signal.addEventListener('abort', () => resolve(), { once: true })
  })
  await served.close()
  return 0
}

/** Asks the system for its browser; where there is none the address on the screen is enough. */
function openBrowser(url: string): void {
  const [command, ...words] =
    process.platform === 'win32'
      ? ['cmd', '/c', 'start', '', url]
      : [process.platform === 'darwin' ? 'open' : 'xdg-open', url]
  const child = spawn(command, words, { stdio: 'ignore', detached: true })
  child.on('error', () => process.stderr.write('No browser could be opened; open the address by hand.\n'))
  child.unref()
}
