import { Button, Group, TextInput } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { useNavigate } from 'react-router'
import type { Series, Study, Volume, WorklistRow } from '../../main/shared/domain/study.ts'
import { getJson, sendJson } from '../app/api.ts'
import { AuthorizedImage } from '../ui/AuthorizedImage.tsx'
import { formatBytes, formatNumber } from '../ui/format.ts'
import { Notice } from '../ui/Notice.tsx'
import { KeyValues, Section } from '../ui/Section.tsx'
import styles from './CasePreview.module.css'

export interface StudyDetail {
  readonly study: Study
  readonly series: Series[]
  readonly volumes: Volume[]
}

export const useStudy = (id: string | undefined) =>
  useQuery({
    queryKey: ['studies', id],
    queryFn: ({ signal }) => getJson<StudyDetail>(`/api/studies/${id}`, signal),
    enabled: id !== undefined,
  })

/** Distance between neighbouring voxels along each index axis, in mm: the length of the matrix's columns. */
export function spacingMm(affine: readonly number[]): [number, number, number] {
  const column = (c: number) => Math.hypot(affine[c], affine[4 + c], affine[8 + c])
  return [column(0), column(1), column(2)]
}

/** The chosen case: picture, facts, findings, ways on. */
export function CasePreview({ row, onOpen }: { row: WorklistRow | null; onOpen: (row: WorklistRow) => void }) {
  const navigate = useNavigate()
  const detail = useStudy(row?.id)
  if (row === null) return <aside className={styles.preview} />
  const volume = detail.data?.volumes[0]
  return (
    <aside className={styles.preview} aria-label={`Case ${row.code}`}>
      <div className={styles.picture}>
        {volume && (
          <AuthorizedImage path={`/api/volumes/${volume.id}/thumbnail`} alt={`${volume.modality} ${volume.name}`} />
        )}
      </div>
      <Section
        title={row.code}
        note={
          <Button variant="filled" onClick={() => onOpen(row)}>
            Open
          </Button>
        }
      >
        <GroupField key={row.id} row={row} />
        {volume && (
          <KeyValues
            rows={[
              [
                'Modality',
                `${row.modalities.join(', ')}, ${row.volumes.length === 1 ? 'one image' : `${row.volumes.length} images`}`,
              ],
              ['Matrix', volume.grid.dims.filter((n, axis) => axis < 2 || n > 1).join(' × ')],
              [
                'Spacing',
                volume.grid.physical
                  ? `${spacingMm(volume.grid.affine)
                      .slice(0, volume.grid.dims[2] > 1 ? 3 : 2)
                      .map((mm) => formatNumber(mm, 2))
                      .join(' × ')} mm`
                  : 'no physical scale',
              ],
              ['Maps', row.mapCount],
              ['Masks', row.masks.length],
              ['Size in project', formatBytes(detail.data?.volumes.reduce((sum, v) => sum + v.bytes, 0) ?? 0)],
            ]}
          />
        )}
      </Section>
      {row.findings.length > 0 && (
        <Section title="Findings" note={row.findings.length}>
          <div className={styles.findings}>
            {row.findings.map((finding) => (
              <Notice key={finding.code + finding.message} kind={finding.outcome === 'refused' ? 'error' : 'warning'}>
                {finding.message}
              </Notice>
            ))}
          </div>
        </Section>
      )}
      <Section title="Next for this case">
        <Group gap={8}>
          <Button onClick={() => navigate(`/annotate/${row.id}`)}>Annotate</Button>
          <Button onClick={() => navigate(`/compare/${row.id}`)} disabled={row.mapCount === 0}>
            Compare maps
          </Button>
          <Button onClick={() => navigate(`/compute?study=${row.id}`)}>Compute maps</Button>
        </Group>
      </Section>
    </aside>
  )
}

/** The free group name of the case, saved when the field is left. */
function GroupField({ row }: { row: WorklistRow }) {
  const [group, setGroup] = useState(row.group)
  const queries = useQueryClient()
  useEffect(() => setGroup(row.group), [row.group])
  const save = useMutation({
    mutationFn: (value: string) => sendJson('PATCH', `/api/studies/${row.id}`, { group: value }),
    onSettled: () => queries.invalidateQueries({ queryKey: ['studies'] }),
  })
  return (
    <>
      <TextInput
        aria-label="Group"
        placeholder="Group"
        mb={8}
        value={group}
        onChange={(event) => setGroup(event.currentTarget.value)}
        onBlur={() => group !== row.group && save.mutate(group)}
        onKeyDown={(event) => event.key === 'Enter' && event.currentTarget.blur()}
      />
      {save.error && <Notice kind="error">{save.error.message}</Notice>}
    </>
  )
}
