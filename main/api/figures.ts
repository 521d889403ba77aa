import { Hono } from 'hono'
import { z } from 'zod'
import { methodPanels } from '../figures/method-panels.ts'
import { writePdf } from '../figures/write-pdf.ts'
import { writePng } from '../figures/write-png.ts'
import { writeSvg } from '../figures/write-svg.ts'
import { figureRecipeSchema } from '../shared/domain/figure.ts'
import type { ApiDeps } from './deps.ts'
import { readFigureData } from './figure-data.ts'
import { body, plain } from './respond.ts'

const requestSchema = z.object({
  recipe: figureRecipeSchema,
  format: z.enum(['svg', 'pdf', 'png']),
  dpi: z.number().int().min(72).max(1200).default(300),
})

const TYPES = { svg: 'image/svg+xml; charset=utf-8', pdf: 'application/pdf', png: 'image/png' } as const

/** Figures are drawn on request and never stored: the recipe is what is kept. */
export function figureRoutes({ workbench, clock }: ApiDeps) {
  return new Hono().post('/figures', body(requestSchema), async (c) => {
    const { recipe, format, dpi } = c.req.valid('json')
    const page = await methodPanels(recipe, await readFigureData(workbench.project, recipe), dpi)
    const bytes =
      format === 'svg'
        ? new TextEncoder().encode(writeSvg(page, 'live'))
        : format === 'pdf'
          ? await writePdf(page, recipe.title || 'Figure', clock())
          : await writePng(page, dpi)
    return c.body(plain(bytes), 200, { 'Content-Type': TYPES[format], 'Content-Length': String(bytes.byteLength) })
  })
}
