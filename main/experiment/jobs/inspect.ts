import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import type { NewModelFile } from '../../project/model-store.ts'
import { packObject } from '../../project/pack.ts'
import { modelReportSchema } from '../../shared/domain/model.ts'
import { modelCardSchema } from '../../shared/domain/model-card.ts'
import { SaliscopeError } from '../../shared/errors.ts'
import type { JobHandler } from '../job-handler.ts'

const requestSchema = z.object({
  source: z.string().min(1),
  /** Name shown and stored; uploads lie under another one. */
  fileName: z.string().min(1).max(255),
  card: modelCardSchema.nullable().default(null),
})
export type InspectRequest = z.infer<typeof requestSchema>

const recordSchema = modelReportSchema.extend({
  /** Files with external data, beside the model. */
  externalFiles: z.array(z.string()).default([]),
})

/** Reads and inspects a model file in a compute process and stores it with its report. Result: `modelId`. */
export const inspectJob: JobHandler<InspectRequest> = {
  kind: 'inspect',
  lane: 'files',
  parse: (request) => requestSchema.parse(request),
  title: ({ fileName }) => `Read the model ${fileName}`,
  async run(request, context) {
    const { project, run } = context
    run.progress(0, 3, 'reading the file')
    const folder = path.dirname(request.source)
    const { record } = await context.pool.run(
      {
        kind: 'inspect-model',
        payload: { model: { path: request.source } },
        grants: [request.source, ...(await externalCandidates(folder, request.source))],
      },
      { signal: run.signal, onProgress: (_done, _total, stage) => run.progress(1, 3, stage), priority: 1 },
    )
    const { externalFiles, ...report } = recordSchema.parse(record)
    run.progress(2, 3, 'storing the model')
    const main = await readFile(request.source)
    const digest = createHash('sha256').update(main)
    const files: NewModelFile[] = [{ name: request.fileName, main: true, content: await packObject(main, 1) }]
    for (const name of externalFiles) {
      run.signal.throwIfAborted()
      if (name !== path.basename(name))
        throw new SaliscopeError(
          'api.invalid',
          `The model keeps weights in “${name}”, outside its own folder. It was not added.`,
        )
      const bytes = await readFile(path.join(folder, name))
      digest.update(bytes)
      files.push({ name, main: false, content: await packObject(bytes, 1) })
    }
    const sha256 = digest.digest('hex')
    const known = project.models.bySha256(sha256)
    if (known !== null) {
      if (known.card === null && request.card !== null) project.models.setCard(known.id, request.card, 'user')
      context.result({ modelId: known.id, alreadyHere: true })
    } else {
      const id = context.newId('model')
      project.models.add(
        {
          id,
          name: request.card?.name ?? request.fileName.replace(/\.onnx$/i, ''),
          fileName: request.fileName,
          sha256,
          bytes: files.reduce((sum, file) => sum + file.content.bytes, 0),
          report: { ...report, sha256 },
          card: request.card,
          addedAt: context.clock().toISOString(),
        },
        files,
        'user',
      )
      context.result({ modelId: id })
      context.events.changed('model', id)
    }
    run.progress(3, 3)
  },
}

/** Regular files beside the model: the task may need those that hold external data, and nothing else of the folder's subfolders. */
async function externalCandidates(folder: string, source: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile() && path.join(folder, entry.name) !== source)
    .map((entry) => path.join(folder, entry.name))
    .slice(0, 1000)
}
