// Entry of a lane: a thread that holds sessions of its own and runs them when asked.
import { parentPort } from 'node:worker_threads'
import { SaliscopeError, toEnvelope } from '../../shared/errors.ts'
import { Session } from '../session.ts'
import { type FromLane, forMessage, type Tensors, type ToLane } from './messages.ts'

const sessions = new Map<number, Session>()

function sessionOf(graph: number): Session {
  const session = sessions.get(graph)
  if (session === undefined) throw new SaliscopeError('internal', `The lane holds no session ${graph}.`)
  return session
}

async function answer(asked: ToLane): Promise<Tensors> {
  switch (asked.kind) {
    case 'load':
      sessions.set(asked.graph, await Session.load(asked.model, asked.settings))
      return {}
    case 'run':
      return sessionOf(asked.graph).run(asked.feeds, asked.outputs)
    case 'close':
      await sessionOf(asked.graph).close()
      sessions.delete(asked.graph)
      return {}
  }
}

parentPort?.on('message', async (asked: ToLane) => {
  const reply = (message: FromLane, buffers: ArrayBuffer[] = []): void => parentPort?.postMessage(message, buffers)
  try {
    const { tensors, buffers } = forMessage(await answer(asked))
    reply({ kind: 'done', id: asked.id, values: tensors }, buffers)
  } catch (error) {
    reply({ kind: 'failed', id: asked.id, error: toEnvelope(error) })
  }
})
