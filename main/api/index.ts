import { Hono } from 'hono'
import { HTTPException } from 'hono/http-exception'
import { ZodError } from 'zod'
import { SaliscopeError, toEnvelope } from '../shared/errors.ts'
import { auditRoutes } from './audit.ts'
import type { ApiDeps } from './deps.ts'
import { eventRoutes } from './events.ts'
import { figureRoutes } from './figures.ts'
import { fileRoutes } from './files.ts'
import { importRoutes } from './import.ts'
import { jobRoutes } from './jobs.ts'
import { mapRoutes } from './maps.ts'
import { maskRoutes } from './masks.ts'
import { measurementRoutes } from './measurements.ts'
import { modelRoutes } from './models.ts'
import { projectRoutes } from './projects.ts'
import { registryRoutes } from './registries.ts'
import { statusOf } from './respond.ts'
import { sessionRoutes } from './session.ts'
import { studyRoutes } from './studies.ts'
import { volumeRoutes } from './volumes.ts'

export type { ApiDeps, FileAccess, FolderListing } from './deps.ts'

function routes(deps: ApiDeps) {
  return new Hono()
    .basePath('/api')
    .route('/session', sessionRoutes(deps))
    .route('/events', eventRoutes(deps))
    .route('/', projectRoutes(deps))
    .route('/', fileRoutes(deps))
    .route('/import/scans', importRoutes(deps))
    .route('/studies', studyRoutes(deps))
    .route('/volumes', volumeRoutes(deps))
    .route('/models', modelRoutes(deps))
    .route('/', registryRoutes())
    .route('/maps', mapRoutes(deps))
    .route('/masks', maskRoutes(deps))
    .route('/', measurementRoutes(deps))
    .route('/', figureRoutes(deps))
    .route('/jobs', jobRoutes(deps))
    .route('/audit', auditRoutes(deps))
}

/** For the renderer's typed client; imported as a type only. */
export type ApiRoutes = ReturnType<typeof routes>

/** Bodies of this kind change something, and nothing a form can send is among them. */
const changingTypes = ['application/json', 'application/octet-stream']

function assertContentType(request: Request): void {
  if (request.method === 'GET' || request.method === 'HEAD' || request.body === null) return
  // A server's request without a body still carries an empty stream.
  const { headers } = request
  if (
    headers.get('content-length') === '0' ||
    (!headers.has('content-length') && !headers.has('transfer-encoding') && !headers.has('content-type'))
  )
    return
  const type = request.headers.get('content-type')?.split(';')[0].trim().toLowerCase() ?? ''
  if (!changingTypes.includes(type))
    throw new SaliscopeError('api.invalid', `A body must be ${changingTypes.join(' or ')}, not “${type}”.`)
}

/** Anything thrown, as the envelope; what is not ours is logged with an id and told without its inner text. */
function failure(error: unknown, route: string, deps: ApiDeps): Response {
  const ours = ourError(error)
  if (ours !== null) {
    const { code, message, detail, outcome } = toEnvelope(ours)
    return Response.json({ ok: false, error: { code, message, detail, outcome } }, { status: statusOf(code) })
  }
  const id = deps.newId('error')
  deps.log({ id, route, error })
  const message = `Something failed that the program did not foresee. Nothing acknowledged is lost; the log names it as ${id}.`
  return Response.json(
    { ok: false, error: { code: 'internal', message, detail: { id }, outcome: 'stopped' } },
    { status: 500 },
  )
}

function ourError(error: unknown): SaliscopeError | null {
  if (error instanceof SaliscopeError) return error
  if (error instanceof ZodError) {
    const issue = error.issues[0]
    return new SaliscopeError(
      'api.invalid',
      `The request is not understood at “${issue?.path.map(String).join('.') ?? ''}”: ${issue?.message ?? 'wrong form'}.`,
    )
  }
  if (error instanceof HTTPException)
    return new SaliscopeError(
      'api.invalid',
      `The request is not understood: ${error.message || 'its body is not JSON'}.`,
    )
  return null
}

/**
 * The whole API as one web-standard handler; it opens no port and knows no shell.
 *
 * errors  every failure is an answer with the envelope of `main/shared/errors.ts`; the handler itself never rejects
 */
export function createApi(deps: ApiDeps): (request: Request) => Promise<Response> {
  const app = new Hono()
  app.use(async (c, next) => {
    assertContentType(c.req.raw)
    await next()
    c.header('Cache-Control', 'no-store')
    c.header('X-Content-Type-Options', 'nosniff')
  })
  app.route('/', routes(deps))
  app.notFound((c) =>
    failure(
      new SaliscopeError('api.route', `The program has no address ${c.req.method} ${c.req.path}.`),
      c.req.path,
      deps,
    ),
  )
  app.onError((error, c) => failure(error, `${c.req.method} ${c.req.routePath}`, deps))
  return async (request) => app.fetch(request)
}
