import { Hono } from 'hono'
import { parametersJsonSchema } from '../attribution/parameters.ts'
import { presets } from '../attribution/presets/registry.ts'
import { methods } from '../attribution/registry.ts'
import { metrics } from '../metrics/registry.ts'

/** Methods and metrics as data, their parameters as JSON Schema: forms and flags are made from these. Presets as they stand. */
export function registryRoutes() {
  return new Hono()
    .get('/methods', (c) =>
      c.json(
        methods.map(({ id, title, summary, source, family, output, needs, version, parameters }) => ({
          id,
          title,
          summary,
          source,
          family,
          output,
          needs,
          version,
          parameters: parametersJsonSchema(parameters),
        })),
      ),
    )
    .get('/presets', (c) => c.json(presets))
    .get('/metrics', (c) =>
      c.json(
        metrics.map(({ id, title, summary, source, needs, direction, range, version, parameters }) => ({
          id,
          title,
          summary,
          source,
          needs,
          direction,
          range,
          version,
          parameters: parametersJsonSchema(parameters),
        })),
      ),
    )
}
