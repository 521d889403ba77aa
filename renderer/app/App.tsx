import { lazy, Suspense } from 'react'
import { Navigate, Route, Routes, useLocation } from 'react-router'
import { Frame } from './Frame.tsx'
import { ScreenBoundary } from './ScreenBoundary.tsx'
import { useLiveUpdates, useSession } from './session.ts'

const HomeScreen = lazy(() => import('../home/HomeScreen.tsx'))
const WorklistScreen = lazy(() => import('../worklist/WorklistScreen.tsx'))
const ImportScreen = lazy(() => import('../import/ImportScreen.tsx'))
const ViewerScreen = lazy(() => import('../case/ViewerScreen.tsx'))
const AnnotateScreen = lazy(() => import('../case/AnnotateScreen.tsx'))
const CompareScreen = lazy(() => import('../case/CompareScreen.tsx'))
const ModelScreen = lazy(() => import('../model/ModelScreen.tsx'))
const ComputeScreen = lazy(() => import('../compute/ComputeScreen.tsx'))
const ResultsScreen = lazy(() => import('../results/ResultsScreen.tsx'))
const FigureScreen = lazy(() => import('../figure/FigureScreen.tsx'))
const SettingsScreen = lazy(() => import('../settings/SettingsScreen.tsx'))

/** Screens by address. A case's screens carry the study in the path, so that a reload or a restart returns to it. */
export function App() {
  const connected = useLiveUpdates()
  const session = useSession()
  const open = session.data?.project != null
  const { pathname } = useLocation()
  return (
    <Frame connected={connected} session={session.data}>
      <ScreenBoundary place={pathname}>
        <Suspense fallback={null}>
          <Routes>
            <Route path="/" element={<HomeScreen />} />
            <Route path="/settings" element={<SettingsScreen />} />
            {open && (
              <>
                <Route path="/worklist" element={<WorklistScreen />} />
                <Route path="/import/:scanId?" element={<ImportScreen />} />
                <Route path="/viewer/:studyId?" element={<ViewerScreen />} />
                <Route path="/compare/:studyId?" element={<CompareScreen />} />
                <Route path="/annotate/:studyId?" element={<AnnotateScreen />} />
                <Route path="/models/:modelId?" element={<ModelScreen />} />
                <Route path="/compute" element={<ComputeScreen />} />
                <Route path="/results" element={<ResultsScreen />} />
                <Route path="/figures/:studyId?" element={<FigureScreen />} />
              </>
            )}
            {session.isSuccess && <Route path="*" element={<Navigate to={open ? '/worklist' : '/'} replace />} />}
          </Routes>
        </Suspense>
      </ScreenBoundary>
    </Frame>
  )
}
