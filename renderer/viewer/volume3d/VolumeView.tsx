import { IconAlertTriangle } from '@tabler/icons-react'
import { useEffect, useReducer, useRef } from 'react'
import { toggleMaximised } from '../actions.ts'
import { useCase, useCaseState } from '../case-context.tsx'
import { usePaneSize } from '../viewport/use-pane-size.ts'
import viewportStyles from '../viewport/viewport.module.css'
import { OrientationCube } from './OrientationCube.tsx'
import { PlaneOutline } from './PlaneOutline.tsx'
import { presetsForModality } from './presets.ts'
import styles from './volume.module.css'
import { VolumeController } from './volume-controller.ts'

const titles = { bone: 'bone', soft: 'soft tissue', lung: 'lung', vessels: 'vessels', mip: 'maximum' } as const

/** The 3-D view: picture by vtk.js, furniture as SVG from the same camera. Drag turns, Shift drags, the wheel zooms. */
export function VolumeView() {
  const session = useCase()
  const root = useRef<HTMLDivElement>(null)
  const canvasHost = useRef<HTMLDivElement>(null)
  const controller = useRef<VolumeController | null>(null)
  const size = usePaneSize(root)
  const [, again] = useReducer((n: number) => n + 1, 0)
  const preset = useCaseState((s) => s.volumePreset)
  const active = useCaseState((s) => s.active === 'volume')
  const text = useCaseState((s) => s.text)
  const grid = useCaseState((s) => s.grid)
  const point = useCaseState((s) => s.points.axial)
  const { modality } = session.image.layer.volume

  useEffect(() => {
    if (!canvasHost.current || !root.current) return
    const created = new VolumeController(session, root.current, canvasHost.current, again)
    controller.current = created
    again()
    return () => {
      created.dispose()
      controller.current = null
    }
  }, [session])

  useEffect(() => controller.current?.resize(size.width, size.height, size.devicePixelRatio), [size])

  const now = controller.current
  const camera = now?.camera ?? null
  const glow = now?.showsGlow ?? false
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the picture is turned with the pointer; presets and slices have controls of their own
    <div
      ref={root}
      className={viewportStyles.pane}
      data-plane="volume"
      data-active={active}
      onDoubleClick={() => toggleMaximised(session.store, 'volume')}
      onPointerDown={() => session.store.setState({ active: 'volume' })}
    >
      <div
        ref={canvasHost}
        className={styles.host}
        data-quality={now?.quality ?? 'none'}
        role="img"
        aria-label={`3-D view, ${titles[preset]}${glow ? ', with map' : ''}`}
      />
      <svg className={viewportStyles.overlay} aria-hidden="true">
        {camera && text !== 'none' && now?.quality !== 'none' && (
          <>
            <PlaneOutline camera={camera} grid={grid} point={point} width={size.width} height={size.height} />
            {grid.oriented && <OrientationCube camera={camera} x={size.width - 44} y={size.height - 42} />}
          </>
        )}
      </svg>
      {text === 'all' && (
        <div className={`${viewportStyles.corner} ${viewportStyles.topLeft}`}>
          <b>3-D</b>
          <br />
          {glow ? `Saliency glow in ${titles[preset]}` : titles[preset][0].toUpperCase() + titles[preset].slice(1)}
        </div>
      )}
      <fieldset className={styles.presets} aria-label="3-D preset">
        {presetsForModality(modality).map((p) => (
          <button
            key={p.id}
            type="button"
            aria-pressed={p.id === preset}
            onClick={() => session.store.setState({ volumePreset: p.id })}
          >
            {p.title}
          </button>
        ))}
      </fieldset>
      {now?.problem && (
        <div className={styles.problem} role="status">
          <IconAlertTriangle size={16} stroke={1.5} aria-hidden="true" />
          <span>{now.problem}</span>
        </div>
      )}
      {now?.waitsForRequest && (
        <div className={styles.request}>
          <span>Software rendering: 3-D is drawn as a still.</span>
          <button type="button" onClick={() => now.renderStill()}>
            Render 3-D
          </button>
        </div>
      )}
      {now?.isSoftware && now.quality !== 'none' && !now.waitsForRequest && (
        <div className={styles.banner}>Software rendering: 3-D is limited</div>
      )}
    </div>
  )
}
