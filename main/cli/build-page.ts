import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import path from 'node:path'
import { programFolder } from '../host/workstation.ts'
import { SaliscopeError } from '../shared/errors.ts'

/** Builds the page in a checkout that has not been built yet; an installed program ships it. */
export async function ensurePage(say: (line: string) => void): Promise<void> {
  const root = programFolder()
  if (existsSync(path.join(root, 'out/renderer/index.html'))) return
  const builder = path.join(root, 'node_modules/electron-vite/bin/electron-vite.js')
  if (!existsSync(builder))
    throw new SaliscopeError(
      'cli.file',
      `The page is not built and "${builder}" is not installed. Run "npm ci", then try again.`,
    )
  say('Building the page, once …')
  const status = await new Promise<number>((resolve) => {
    const child = spawn(process.execPath, [builder, 'build', '--logLevel', 'warn'], {
      cwd: root,
      stdio: ['ignore', 2, 2],
    })
    child.on('error', () => resolve(1))
    child.on('exit', (code) => resolve(code ?? 1))
  })
  if (status !== 0)
    throw new SaliscopeError(
      'cli.file',
      'The page could not be built; the lines above say why. Run "npm run build" to try again.',
    )
}
