import { Button, VisuallyHidden } from '@mantine/core'
import { IconAlertCircle, IconCheck } from '@tabler/icons-react'
import type { RecentProject } from '../app/session.ts'
import { formatWhen } from '../ui/format.ts'
import table from '../ui/table.module.css'

/** Projects opened before, by name; a click selects, a second click or Enter opens. */
export function RecentTable(props: {
  projects: readonly RecentProject[]
  openId: string | null
  selected: RecentProject | null
  onSelect: (project: RecentProject) => void
  onOpen: (project: RecentProject) => void
  /** Takes a project that is not found any more off the list; its file, wherever it is, stays. */
  onForget: (project: RecentProject) => void
}) {
  return (
    <table className={table.table}>
      <thead>
        <tr>
          <th>Name</th>
          <th>Last opened</th>
          <th>State</th>
          <th>
            <VisuallyHidden>Action</VisuallyHidden>
          </th>
        </tr>
      </thead>
      <tbody>
        {props.projects.map((project) => (
          <tr
            key={project.id}
            data-clickable
            tabIndex={0}
            aria-selected={props.selected?.id === project.id}
            onClick={() => props.onSelect(project)}
            onDoubleClick={() => project.exists && props.onOpen(project)}
            onKeyDown={(event) => event.key === 'Enter' && project.exists && props.onOpen(project)}
          >
            <td style={{ height: 52, whiteSpace: 'normal' }}>
              <div className={table.name}>{project.name}</div>
              <div className={table.under}>{project.path}</div>
            </td>
            <td>{formatWhen(project.openedAt, new Date())}</td>
            <td>
              <State project={project} open={project.id === props.openId} />
            </td>
            <td className={table.number}>
              <Button
                aria-label={`${project.exists ? 'Open' : 'Remove'} ${project.name}`}
                onClick={(event) => {
                  event.stopPropagation()
                  if (project.exists) props.onOpen(project)
                  else props.onForget(project)
                }}
              >
                {project.exists ? 'Open' : 'Remove'}
              </Button>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function State({ project, open }: { project: RecentProject; open: boolean }) {
  if (!project.exists) {
    return (
      <span className={`${table.state} ${table.err}`}>
        <IconAlertCircle size={16} stroke={1.5} /> not found
      </span>
    )
  }
  return (
    <span className={`${table.state} ${table.quiet}`}>
      <IconCheck size={16} stroke={1.5} /> {open ? 'open' : 'closed'}
    </span>
  )
}
