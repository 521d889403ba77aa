import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ApiDeps, FileAccess } from './deps.ts'
import { fileRoutes } from './files.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'saliscope-saves-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function routes() {
  const files: Partial<FileAccess> = {
    writable: async (handle) => {
      if (handle !== 'h-1') throw new Error('unknown handle')
      return path.join(folder, 'figure.pdf')
    },
  }
  return fileRoutes({ files } as ApiDeps)
}

const post = (target: string, body: BodyInit | null) =>
  new Request(`http://x/saves?target=${encodeURIComponent(target)}`, {
    method: 'POST',
    body,
    duplex: 'half',
  } as RequestInit)

describe('saving a file', () => {
  it('writes the bytes where the dialog said', async () => {
    const answer = await routes().fetch(post('h-1', 'all of it'))
    expect(answer.status).toBe(201)
    expect(readFileSync(path.join(folder, 'figure.pdf'), 'utf8')).toBe('all of it')
    expect(readdirSync(folder)).toEqual(['figure.pdf'])
  })

  it('keeps what stood there when the body breaks off', async () => {
    writeFileSync(path.join(folder, 'figure.pdf'), 'before')
    const broken = new ReadableStream<Uint8Array>({
      start(controller) {
        controller.enqueue(new TextEncoder().encode('half'))
      },
      pull(controller) {
        controller.error(new Error('the page is gone'))
      },
    })
    const answer = await routes().fetch(post('h-1', broken))
    expect(answer.status).toBe(500)
    expect(readFileSync(path.join(folder, 'figure.pdf'), 'utf8')).toBe('before')
    expect(readdirSync(folder)).toEqual(['figure.pdf'])
  })

  it('refuses a path of the page', async () => {
    const wanted = path.join(folder, 'anything')
    expect((await routes().fetch(post(wanted, 'x'))).status).toBe(500)
    expect(existsSync(wanted)).toBe(false)
  })
})
