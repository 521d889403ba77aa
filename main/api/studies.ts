import { Hono } from 'hono'
import { z } from 'zod'
import type { ApiDeps } from './deps.ts'
import { body } from './respond.ts'

const change = z
  .object({
    code: z.string().trim().min(1).max(100),
    group: z.string().max(100),
    split: z.enum(['', 'train', 'tune', 'test']),
  })
  .partial()
  .refine((value) => Object.keys(value).length > 0, 'nothing is to be changed')

export function studyRoutes({ workbench }: ApiDeps) {
  return new Hono()
    .get('/', (c) => c.json(workbench.project.worklist()))
    .get('/:id', (c) => {
      const { project } = workbench
      const study = project.studies.get(c.req.param('id'))
      return c.json({ study, series: project.studies.seriesOf(study.id), volumes: project.volumes.ofStudy(study.id) })
    })
    .patch('/:id', body(change), (c) => {
      const study = workbench.project.studies.update(c.req.param('id'), c.req.valid('json'), 'user')
      workbench.events.changed('study', study.id)
      return c.json(study)
    })
    .delete('/:id', (c) => {
      workbench.project.studies.remove(c.req.param('id'), 'user')
      workbench.events.changed('study', c.req.param('id'))
      return c.json({ ok: true })
    })
}
