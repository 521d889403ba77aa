import type { Browser, BrowserContext, Page } from 'playwright-core'

/** What a page must not have done by the end of a journey. */
export interface Watch {
  /** Hosts asked for anything, by name. */
  readonly hosts: ReadonlySet<string>
  /** Console errors, uncaught exceptions, failed requests, violations of the content security policy. */
  readonly problems: readonly string[]
}

export interface WatchedPage {
  readonly page: Page
  readonly context: BrowserContext
  readonly watch: Watch
}

/** Schemes that never leave the page. */
const inside = new Set(['blob:', 'data:', 'about:'])

/**
 * Opens the workstation's page and records every request and everything that went wrong. `expected` names problems that the journey
 * provokes itself, such as the refused connections after a killed process.
 */
export async function openWatched(
  browser: Browser,
  url: string,
  options: { width?: number; height?: number; expected?: RegExp } = {},
): Promise<WatchedPage> {
  const { width = 1440, height = 900 } = options
  const context = await browser.newContext({ viewport: { width, height }, acceptDownloads: true })
  const hosts = new Set<string>()
  const problems: string[] = []
  const problem = (text: string) => {
    if (options.expected === undefined || !options.expected.test(text)) problems.push(text)
  }
  context.on('request', (request) => {
    const { protocol, hostname } = new URL(request.url())
    if (!inside.has(protocol)) hosts.add(hostname)
  })
  const page = await context.newPage()
  page.on('websocket', (socket) => hosts.add(new URL(socket.url()).hostname))
  page.on('console', (message) => {
    if (message.type() === 'error') problem(`console: ${message.text()} (${message.location().url})`)
  })
  page.on('pageerror', (error) => problem(`exception: ${error.message}`))
  await page.exposeFunction('tellViolation', (text: string) => problem(`policy: ${text}`))
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => {
      const tell = (window as unknown as { tellViolation(text: string): void }).tellViolation
      tell(`${event.violatedDirective} refused ${event.blockedURI} at ${event.sourceFile}:${event.lineNumber}`)
    })
  })
  await page.goto(url)
  return { page, context, watch: { hosts, problems } }
}
