import '@mantine/core/styles.css'
import '../../ui/tokens.css'
import '../../ui/base.css'
import { MantineProvider } from '@mantine/core'
import { createRoot } from 'react-dom/client'
import { theme } from '../../ui/theme.ts'
import { scrollBy, setPoint } from '../actions.ts'
import { CaseProvider } from '../case-context.tsx'
import { ProbeStatus } from '../panels/ProbeStatus.tsx'
import { ToolColumn } from '../panels/ToolColumn.tsx'
import { ViewToolbar } from '../panels/ViewToolbar.tsx'
import { scheduler } from '../scheduler.ts'
import { useViewerKeys } from '../use-viewer-keys.ts'
import { ViewGrid } from '../viewport/ViewGrid.tsx'
import { gallerySession } from './session.ts'

const parameters = new URLSearchParams(window.location.search)
const session = gallerySession(parameters.get('size') === 'large' ? 'large' : 'small')
setPoint(session.store, 'axial', [-76.2, 6.4, 22])
Object.assign(window, { session, viewerScheduler: scheduler, setPoint, scrollBy })

function Gallery() {
  useViewerKeys(session)
  return (
    <CaseProvider session={session}>
      <div
        style={{
          display: 'grid',
          gridTemplate: '36px minmax(0,1fr) 28px / minmax(0,1fr) 40px',
          height: '100%',
          background: 'var(--bg-1)',
        }}
      >
        <ViewToolbar />
        <span />
        <ViewGrid />
        <ToolColumn />
        <div style={{ padding: '6px 12px' }}>
          <ProbeStatus />
        </div>
      </div>
    </CaseProvider>
  )
}

const root = document.getElementById('root')
if (!root) throw new Error('The gallery page has lost its root element.')
createRoot(root).render(
  <MantineProvider theme={theme} defaultColorScheme="dark">
    <Gallery />
  </MantineProvider>,
)
