import { readFile } from 'node:fs/promises'

interface NetLog {
  readonly constants: { readonly logEventTypes: Readonly<Record<string, number>> }
  readonly events: readonly { readonly type: number; readonly params?: Record<string, unknown> }[]
}

/** What only happens when something is looked up or sent. */
const OUTWARD =
  /^(HOST_RESOLVER.*(REQUEST|JOB|TASK)|DNS_TRANSACTION.*|TCP_CONNECT.*|SSL_CONNECT|QUIC_SESSION|UDP_BYTES_SENT|SOCKET_BYTES_SENT)$/

/** Events of Chromium’s own network log (`--log-net-log`) that leave the process, each with what is known of it. */
export async function connectionsIn(file: string): Promise<string[]> {
  const log = JSON.parse(await readFile(file, 'utf8')) as NetLog
  const names = new Map(Object.entries(log.constants.logEventTypes).map(([name, type]) => [type, name]))
  if (log.events.length === 0) throw new Error('The network log is empty, so it proves nothing.')
  return log.events.flatMap(({ type, params }) => {
    const name = names.get(type) ?? ''
    return OUTWARD.test(name) ? [`${name} ${JSON.stringify(params ?? {})}`] : []
  })
}
