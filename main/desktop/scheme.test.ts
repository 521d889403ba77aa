import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { schemeHandler } from './scheme.ts'

let folder: string
let server: Server
let socket: string
let seen: IncomingMessage | undefined
let aborted = 0

beforeAll(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'saliscope-scheme-'))
  mkdirSync(path.join(folder, 'page/assets'), { recursive: true })
  writeFileSync(path.join(folder, 'page/index.html'), '<meta name="csp-nonce" content="__CSP_NONCE__">')
  writeFileSync(path.join(folder, 'page/assets/app.js'), 'export {}')
  writeFileSync(path.join(folder, 'secret.js'), 'secret')
  symlinkSync(path.join(folder, 'secret.js'), path.join(folder, 'page/link.js'))
  socket = path.join(folder, 'socket')
  server = createServer((request, response) => {
    seen = request
    response.on('close', () => {
      if (!response.writableFinished) aborted++
    })
    if (request.url === '/api/echo') {
      response.setHeader('X-Saliscope-Type', 'uint8')
      request.pipe(response)
    } else if (request.url === '/api/stream') response.write('event: hello\ndata: 1\n\n')
    else response.end('{}')
  })
  await new Promise<void>((resolve) => server.listen(socket, resolve))
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
  rmSync(folder, { recursive: true, force: true })
})

const handler = (running = true) =>
  schemeHandler({
    rendererFolder: path.join(folder, 'page'),
    token: 'secret-token',
    socket: async () => (running ? socket : null),
  })
const get = (address: string, init?: RequestInit) => handler()(new Request(address, init))

describe('the scheme app', () => {
  it('gives index.html with a fresh nonce that the policy names', async () => {
    const [one, two] = [await get('app://saliscope/'), await get('app://saliscope/viewer/study-1')]
    const nonceOf = async (response: Response) => /content="([^"]+)"/.exec(await response.text())?.[1]
    const nonce = await nonceOf(one)
    expect(one.headers.get('content-security-policy')).toContain(`'nonce-${nonce}'`)
    expect(await nonceOf(two)).not.toBe(nonce)
  })

  it.each([
    'app://saliscope/../secret.js',
    'app://saliscope/%2e%2e/secret.js',
    'app://saliscope/..%2fsecret.js',
    'app://saliscope/assets/..%5c..%5csecret.js',
    'app://saliscope/link.js',
    'app://saliscope/%00.js',
    'app://saliscope/%E0%A4%A.js',
    'app://saliscope/notes.txt',
    'app://elsewhere/',
  ])('has nothing at %s', async (address) => {
    expect((await get(address)).status).toBe(404)
  })

  it('refuses other methods and other origins', async () => {
    expect((await get('app://saliscope/', { method: 'DELETE' })).status).toBe(405)
    expect((await get('app://saliscope/api/session', { headers: { Origin: 'https://example.org' } })).status).toBe(403)
  })

  it('adds the token, and drops one that the page sends', async () => {
    const response = await get('app://saliscope/api/session?x=1', {
      headers: { Authorization: 'Bearer mine', 'X-Forwarded-For': '1.2.3.4' },
    })
    expect(response.status).toBe(200)
    expect(seen?.headers.authorization).toBe('Bearer secret-token')
    expect(seen?.headers['x-forwarded-for']).toBeUndefined()
    expect(seen?.url).toBe('/api/session?x=1')
  })

  it('streams bodies both ways, byte for byte', async () => {
    const bytes = new Uint8Array(3_000_000).map((_, n) => n % 251)
    const response = await get('app://saliscope/api/echo', { method: 'POST', body: bytes })
    expect(response.headers.get('x-saliscope-type')).toBe('uint8')
    expect(Buffer.compare(Buffer.from(await response.arrayBuffer()), Buffer.from(bytes))).toBe(0)
  })

  it('ends an event stream in the workstation when the page leaves it', async () => {
    const before = aborted
    const response = await get('app://saliscope/api/stream')
    const reader = response.body?.getReader()
    expect(new TextDecoder().decode((await reader?.read())?.value)).toContain('hello')
    await reader?.cancel()
    await expect.poll(() => aborted).toBe(before + 1)
  })

  it('answers 503 with a hint while the workstation restarts', async () => {
    const response = await handler(false)(new Request('app://saliscope/api/session'))
    expect(response.status).toBe(503)
    expect(response.headers.get('retry-after')).toBe('1')
    expect(((await response.json()) as { error: { code: string } }).error.code).toBe('api.unreachable')
  })
})
