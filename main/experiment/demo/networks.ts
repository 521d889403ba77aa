import { readFile } from 'node:fs/promises'
import path from 'node:path'
import type { Model } from '../../shared/domain/model.ts'
import { modelCardSchema } from '../../shared/domain/model-card.ts'
import type { Run } from '../../shared/run.ts'
import type { Client } from './client.ts'
import { type DemoNetwork, demoNetworks } from './plan.ts'

/** Registers the networks of `folder` that the project lacks, each with its card; answers their ids. */
export async function ensureNetworks(
  client: Client,
  folder: string,
  run: Run,
): Promise<ReadonlyMap<DemoNetwork, string>> {
  const ids = new Map<DemoNetwork, string>()
  const present = await client.get<Model[]>('/api/models')
  for (const [n, name] of demoNetworks.entries()) {
    run.progress(n, demoNetworks.length, `Reading network ${name}`)
    const file = `${name}.onnx`
    const known = present.find((model) => model.fileName === file)
    const id =
      known?.id ?? String((await client.job('/api/models', { source: path.join(folder, file) })).result?.['modelId'])
    if (!known?.card) {
      const card = modelCardSchema.parse(JSON.parse(await readFile(path.join(folder, `${name}.card.json`), 'utf8')))
      await client.send('PUT', `/api/models/${id}/card`, card)
    }
    ids.set(name, id)
  }
  return ids
}
