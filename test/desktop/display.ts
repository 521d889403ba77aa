import { type ChildProcess, spawn, spawnSync } from 'node:child_process'

/** A screen for the windows: the one there is, or a virtual one of its own. */
export interface Display {
  readonly name: string | undefined
  close(): void
}

export function hasDisplay(): boolean {
  return (
    process.platform !== 'linux' || Boolean(process.env['DISPLAY']) || spawnSync('Xvfb', ['-help']).error === undefined
  )
}

/** Starts Xvfb on a free number where no screen is there. Close it in an `afterAll`. */
export async function openDisplay(): Promise<Display> {
  if (process.platform !== 'linux' || process.env['DISPLAY']) return { name: process.env['DISPLAY'], close() {} }
  const server: ChildProcess = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', '1440x900x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  })
  const number = await new Promise<string>((resolve, reject) => {
    server.once('error', reject)
    server.once('exit', (code) => reject(new Error(`Xvfb ended with ${code}.`)))
    server.stdio[3]?.once('data', (bytes: Buffer) => resolve(bytes.toString().trim()))
  })
  return { name: `:${number}`, close: () => server.kill() }
}
