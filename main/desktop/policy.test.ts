import type { Session, WebContents } from 'electron'
import { describe, expect, it, vi } from 'vitest'
import { closeContents, closeSession, isLocal, isOurFrame } from './policy.ts'

describe('what the window may reach', () => {
  it.each([
    ['app://saliscope/', true],
    ['blob:app://saliscope/1', true],
    ['data:image/png;base64,', true],
    ['https://example.org', false],
    ['http://127.0.0.1:80', false],
    ['file:///etc/passwd', false],
    ['ws://example.org', false],
    ['not an address', false],
    ['devtools://devtools', false],
  ])('%s: %s', (address, local) => {
    expect(isLocal(address, false)).toBe(local)
  })

  it('lets developer tools load in development only', () => {
    expect(isLocal('devtools://devtools', true)).toBe(true)
  })

  it('hears only the top frame of our own page', () => {
    expect(isOurFrame({ url: 'app://saliscope/viewer', parent: null })).toBe(true)
    expect(isOurFrame({ url: 'app://saliscope/viewer', parent: {} })).toBe(false)
    expect(isOurFrame({ url: 'app://saliscope.example.org/', parent: null })).toBe(false)
    expect(isOurFrame(null)).toBe(false)
  })

  it('cancels every request that would leave, and refuses every permission', () => {
    const session = {
      webRequest: { onBeforeRequest: vi.fn() },
      setPermissionRequestHandler: vi.fn(),
      setPermissionCheckHandler: vi.fn(),
      setDevicePermissionHandler: vi.fn(),
      setDisplayMediaRequestHandler: vi.fn(),
      setCertificateVerifyProc: vi.fn(),
      setSpellCheckerEnabled: vi.fn(),
      setSpellCheckerLanguages: vi.fn(),
      setSpellCheckerDictionaryDownloadURL: vi.fn(),
      on: vi.fn(),
    }
    closeSession(session as unknown as Session, false)
    const decide = session.webRequest.onBeforeRequest.mock.calls[0][0] as (
      details: { url: string },
      callback: (answer: { cancel: boolean }) => void,
    ) => void
    const answers: boolean[] = []
    for (const url of ['https://example.org', 'app://saliscope/']) decide({ url }, ({ cancel }) => answers.push(cancel))
    expect(answers).toEqual([true, false])
    const allow = vi.fn()
    session.setPermissionRequestHandler.mock.calls[0][0](null, 'camera', allow)
    expect(allow).toHaveBeenCalledWith(false)
    expect(session.setPermissionCheckHandler.mock.calls[0][0]()).toBe(false)
  })

  it('opens no second window and leaves the page nowhere', () => {
    const handlers = new Map<string, (event: { preventDefault(): void }, address: string) => void>()
    const contents = {
      setWindowOpenHandler: vi.fn(),
      on: (name: string, handler: (event: { preventDefault(): void }, address: string) => void) =>
        handlers.set(name, handler),
    }
    closeContents(contents as unknown as WebContents)
    expect(contents.setWindowOpenHandler.mock.calls[0][0]()).toEqual({ action: 'deny' })
    const stopped = (name: string, address: string) => {
      const event = { preventDefault: vi.fn() }
      handlers.get(name)?.(event, address)
      return event.preventDefault.mock.calls.length === 1
    }
    expect(stopped('will-navigate', 'https://example.org')).toBe(true)
    expect(stopped('will-navigate', 'app://saliscope/worklist')).toBe(false)
    expect(stopped('will-redirect', 'app://saliscope.example.org')).toBe(true)
    expect(stopped('will-attach-webview', '')).toBe(true)
  })
})
