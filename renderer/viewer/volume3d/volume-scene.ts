import '@kitware/vtk.js/Rendering/OpenGL/Profiles/Volume.js'
import '@kitware/vtk.js/Rendering/OpenGL/Profiles/Geometry.js'
import vtkDataArray from '@kitware/vtk.js/Common/Core/DataArray.js'
import vtkImageData from '@kitware/vtk.js/Common/DataModel/ImageData.js'
import vtkPiecewiseFunction from '@kitware/vtk.js/Common/DataModel/PiecewiseFunction.js'
import vtkPolyData from '@kitware/vtk.js/Common/DataModel/PolyData.js'
import vtkActor from '@kitware/vtk.js/Rendering/Core/Actor.js'
import vtkColorTransferFunction from '@kitware/vtk.js/Rendering/Core/ColorTransferFunction.js'
import vtkMapper from '@kitware/vtk.js/Rendering/Core/Mapper.js'
import vtkRenderer from '@kitware/vtk.js/Rendering/Core/Renderer.js'
import vtkRenderWindow from '@kitware/vtk.js/Rendering/Core/RenderWindow.js'
import vtkRenderWindowInteractor from '@kitware/vtk.js/Rendering/Core/RenderWindowInteractor.js'
import vtkVolume from '@kitware/vtk.js/Rendering/Core/Volume.js'
import vtkVolumeMapper from '@kitware/vtk.js/Rendering/Core/VolumeMapper.js'
import vtkOpenGLRenderWindow from '@kitware/vtk.js/Rendering/OpenGL/RenderWindow.js'
import { parseHex } from '../../../main/shared/colour/labels.ts'
import { COLOUR_TABLE_SIZE, type ColourTableId, colourTable, isDiverging } from '../../../main/shared/colour/tables.ts'
import type { Grid } from '../../../main/shared/domain/geometry.ts'
import { SaliscopeError } from '../../../main/shared/errors.ts'
import { applyToPoint, normalise } from '../../../main/shared/geometry/affine.ts'
import { axisVector, spacingMm } from '../geometry/affine.ts'
import type { VolumePreset } from './presets.ts'
import type { ReducedVolume } from './reduce.ts'
import type { Surface } from './surface-nets.ts'
import { free, inherited, type VtkDataSet, type VtkInput, type VtkPointSet } from './vtk-types.ts'

/** Directions of the camera in LPS and the scale of its parallel projection. */
export interface SceneCamera {
  readonly right: readonly [number, number, number]
  readonly up: readonly [number, number, number]
  readonly focal: readonly [number, number, number]
  /** Millimetres from the middle to the upper edge. */
  readonly halfHeightMm: number
}

export interface MapGlow {
  readonly table: ColourTableId
  /** Opacity of the layer, 0 … 1. */
  readonly opacity: number
}

/** The names a graphics driver gives itself when it draws on the CPU. */
const softwareNames = /swiftshader|llvmpipe|softpipe|software|basic render/i

/**
 * The 3-D picture of a case by vtk.js: one volume actor with two independent components (image and map) and one actor per
 * mask surface. Owner of every vtk object it makes; `dispose` frees them and gives the WebGL context back.
 *
 * errors  viewer.no-webgl: no context could be made
 */
export class VolumeScene {
  readonly rendererName: string
  readonly isSoftware: boolean
  private readonly window = vtkRenderWindow.newInstance()
  private readonly renderer = vtkRenderer.newInstance()
  private readonly surface = vtkOpenGLRenderWindow.newInstance()
  private readonly interactor = vtkRenderWindowInteractor.newInstance()
  private readonly mapper = vtkVolumeMapper.newInstance()
  private readonly volume = vtkVolume.newInstance()
  private readonly grey = vtkColorTransferFunction.newInstance()
  private readonly greyOpacity = vtkPiecewiseFunction.newInstance()
  private readonly glow = vtkColorTransferFunction.newInstance()
  private readonly glowOpacity = vtkPiecewiseFunction.newInstance()
  private readonly meshes = new Map<string, { actor: vtkActor; mapper: vtkMapper; data: vtkPolyData }>()
  private image: vtkImageData | null = null
  private voxelMm = 1

  constructor(container: HTMLElement) {
    this.surface.setContainer(container)
    this.window.addRenderer(this.renderer)
    this.window.addView(this.surface)
    const canvas = this.surface.getCanvas()
    const context = canvas?.getContext('webgl2')
    if (!canvas || !context) {
      this.surface.setContainer(null)
      throw new SaliscopeError(
        'viewer.no-webgl',
        'This window has no WebGL2, so the 3-D view is not drawn. Slices, maps and masks work without it.',
        {},
        'limit',
      )
    }
    const info = context.getExtension('WEBGL_debug_renderer_info')
    this.rendererName = String(context.getParameter(info ? info.UNMASKED_RENDERER_WEBGL : context.RENDERER))
    this.isSoftware = softwareNames.test(this.rendererName)
    canvas.style.width = '100%'
    canvas.style.height = '100%'
    // The volume mapper asks for an interactor; our own gestures drive the camera, so it is never bound to events.
    this.interactor.setView(this.surface)
    this.interactor.initialize()
    this.renderer.setBackground(0, 0, 0)
    this.renderer.getActiveCamera().setParallelProjection(true)
    this.setUpVolume()
  }

  get canvas(): HTMLCanvasElement | null {
    return this.surface.getCanvas()
  }

  private setUpVolume(): void {
    this.volume.setMapper(this.mapper)
    const property = this.volume.getProperty()
    property.setIndependentComponents(true)
    property.setInterpolationTypeToLinear()
    property.setRGBTransferFunction(0, this.grey)
    property.setScalarOpacity(0, this.greyOpacity)
    property.setRGBTransferFunction(1, this.glow)
    property.setScalarOpacity(1, this.glowOpacity)
    property.setAmbient(0.25)
    property.setDiffuse(0.75)
    property.setSpecular(0.15)
    this.mapper.setMaximumSamplesPerRay(2000)
    this.mapper.setAutoAdjustSampleDistances(false)
  }

  /** Gives the picture new voxels; the camera is placed only for the first ones. */
  setVolume(reduced: ReducedVolume): void {
    const first = this.image === null
    const { grid } = reduced
    const image = vtkImageData.newInstance()
    image.setDimensions(...grid.dims)
    image.setOrigin([...applyToPoint(grid.affine, [0, 0, 0])] as [number, number, number])
    image.setSpacing([...spacingMm(grid)])
    const axes = [0, 1, 2].flatMap((axis) => [...normalise(axisVector(grid, axis))])
    const face = inherited<VtkDataSet>(image)
    face.setDirection(axes)
    face
      .getPointData()
      .setScalars(vtkDataArray.newInstance({ name: 'image and map', numberOfComponents: 2, values: reduced.bytes }))
    inherited<VtkInput>(this.mapper).setInputData(image)
    if (first) this.renderer.addVolume(this.volume)
    free(this.image)
    this.image = image
    this.voxelMm = Math.min(...spacingMm(grid))
    if (first) this.frontView()
  }

  /** From the front, slightly turned and raised, everything in sight. */
  frontView(): void {
    const camera = this.renderer.getActiveCamera()
    camera.setFocalPoint(0, 0, 0)
    camera.setPosition(-0.5, -0.8, 0.2)
    camera.setViewUp(0, 0, 1)
    this.renderer.resetCamera()
    camera.zoom(1.45)
  }

  setPreset(preset: VolumePreset, glow: MapGlow | null): void {
    const property = this.volume.getProperty()
    this.grey.removeAllPoints()
    for (const [value, level] of preset.grey) this.grey.addRGBPoint(value, level, level, level)
    this.greyOpacity.removeAllPoints()
    for (const [value, opacity] of preset.opacity)
      this.greyOpacity.addPoint(value, glow && preset.blend === 'composite' ? opacity * 0.45 : opacity)
    this.setGlow(glow)
    property.setShade(preset.shaded)
    property.setScalarOpacityUnitDistance(0, 3)
    property.setScalarOpacityUnitDistance(1, 3)
    if (preset.blend === 'maximum') this.mapper.setBlendModeToMaximumIntensity()
    else this.mapper.setBlendModeToComposite()
  }

  /** Low alpha ramp in the map's own colours; bytes 1 … 255 run over the display range. */
  private setGlow(glow: MapGlow | null): void {
    this.glow.removeAllPoints()
    this.glowOpacity.removeAllPoints()
    this.glowOpacity.addPoint(0, 0)
    const table = colourTable(glow?.table ?? 'inferno')
    for (let n = 0; n <= 16; n++) {
      const share = glow && isDiverging(glow.table) ? 0.5 + n / 32 : n / 16
      const entry = Math.round(share * (COLOUR_TABLE_SIZE - 1)) * 3
      this.glow.addRGBPoint((n / 16) * 255, table[entry] / 255, table[entry + 1] / 255, table[entry + 2] / 255)
    }
    const strength = glow?.opacity ?? 0
    this.glowOpacity.addPoint(1, 0.04 * strength)
    this.glowOpacity.addPoint(128, 0.16 * strength)
    this.glowOpacity.addPoint(255, 0.55 * strength)
  }

  /** Shows (or with null removes) the surface of a mask's segment. */
  setSurface(id: string, surface: Surface | null, grid: Grid, colour: string): void {
    this.removeSurface(id)
    if (!surface || surface.triangles.length === 0) return
    const points = new Float32Array(surface.positions.length)
    for (let v = 0; v < points.length; v += 3) {
      points.set(
        applyToPoint(grid.affine, [surface.positions[v], surface.positions[v + 1], surface.positions[v + 2]]),
        v,
      )
    }
    const polys = new Uint32Array((surface.triangles.length / 3) * 4)
    for (let t = 0, p = 0; t < surface.triangles.length; t += 3, p += 4) {
      polys[p] = 3
      polys.set(surface.triangles.subarray(t, t + 3), p + 1)
    }
    const data = vtkPolyData.newInstance()
    inherited<VtkPointSet>(data).getPoints().setData(points, 3)
    data.getPolys().setData(polys)
    const mapper = vtkMapper.newInstance({ scalarVisibility: false })
    mapper.setInputData(data)
    const actor = vtkActor.newInstance()
    actor.setMapper(mapper)
    const [r, g, b] = parseHex(colour)
    actor.getProperty().setColor(r / 255, g / 255, b / 255)
    actor.getProperty().setOpacity(0.55)
    this.renderer.addActor(actor)
    this.meshes.set(id, { actor, mapper, data })
  }

  removeSurface(id: string): void {
    const mesh = this.meshes.get(id)
    if (!mesh) return
    this.renderer.removeActor(mesh.actor)
    for (const part of [mesh.actor, mesh.mapper, mesh.data]) free(part)
    this.meshes.delete(id)
  }

  get surfaceIds(): string[] {
    return [...this.meshes.keys()]
  }

  rotate(azimuthDegrees: number, elevationDegrees: number): void {
    const camera = this.renderer.getActiveCamera()
    camera.azimuth(azimuthDegrees)
    camera.elevation(elevationDegrees)
    camera.orthogonalizeViewUp()
    this.renderer.resetCameraClippingRange()
  }

  zoom(factor: number): void {
    this.renderer.getActiveCamera().zoom(factor)
  }

  /** Moves the focal point by a part of the picture's height, right and down. */
  pan(right: number, down: number): void {
    const camera = this.renderer.getActiveCamera()
    const { right: r, up, halfHeightMm } = this.camera
    const shift = [0, 1, 2].map((a) => (up[a] * down - r[a] * right) * 2 * halfHeightMm)
    const moved = (p: readonly number[]) => p.map((v, a) => v + shift[a]) as [number, number, number]
    camera.setPosition(...moved(camera.getPosition()))
    camera.setFocalPoint(...moved(camera.getFocalPoint()))
  }

  get camera(): SceneCamera {
    const camera = this.renderer.getActiveCamera()
    const back = normalise([...camera.getDirectionOfProjection()].map((v: number) => -v) as [number, number, number])
    const viewUp = camera.getViewUp()
    const right = normalise([
      viewUp[1] * back[2] - viewUp[2] * back[1],
      viewUp[2] * back[0] - viewUp[0] * back[2],
      viewUp[0] * back[1] - viewUp[1] * back[0],
    ])
    const up = normalise([
      back[1] * right[2] - back[2] * right[1],
      back[2] * right[0] - back[0] * right[2],
      back[0] * right[1] - back[1] * right[0],
    ])
    const focal = camera.getFocalPoint()
    return { right, up, focal: [focal[0], focal[1], focal[2]], halfHeightMm: camera.getParallelScale() }
  }

  /**
   * Draws once at a share of the full pixel size; `stepVoxels` is the distance between samples along a ray in voxels.
   * Answers the milliseconds until the pixels were there.
   */
  render(width: number, height: number, scale: number, stepVoxels: number): number {
    const start = performance.now()
    this.surface.setSize(Math.max(2, Math.round(width * scale)), Math.max(2, Math.round(height * scale)))
    this.mapper.setSampleDistance(this.voxelMm * stepVoxels)
    this.renderer.resetCameraClippingRange()
    this.window.render()
    const gl = this.canvas?.getContext('webgl2')
    // Reading one pixel waits for the drawing, so that the measured time is true.
    gl?.readPixels(0, 0, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, new Uint8Array(4))
    return performance.now() - start
  }

  dispose(): void {
    const context = this.canvas?.getContext('webgl2')
    for (const id of this.surfaceIds) this.removeSurface(id)
    this.renderer.removeAllVolumes()
    this.surface.setContainer(null)
    const owned = [
      this.interactor,
      this.volume,
      this.mapper,
      this.image,
      this.grey,
      this.greyOpacity,
      this.glow,
      this.glowOpacity,
    ]
    for (const part of owned) free(part)
    this.window.removeView(this.surface)
    this.window.removeRenderer(this.renderer)
    for (const part of [this.renderer, this.surface, this.window]) free(part)
    context?.getExtension('WEBGL_lose_context')?.loseContext()
  }
}
