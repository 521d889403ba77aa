export interface GraphicsFacts {
  readonly renderer: string
  readonly textures: string
  readonly software: boolean
}

/** What WebGL2 says of itself; the context is given back at once. */
export function graphicsFacts(): GraphicsFacts {
  const gl = document.createElement('canvas').getContext('webgl2')
  if (gl === null) return { renderer: 'no WebGL 2: slices only, no 3-D', textures: '–', software: true }
  const info = gl.getExtension('WEBGL_debug_renderer_info')
  const renderer = String(gl.getParameter(info ? info.UNMASKED_RENDERER_WEBGL : gl.RENDERER))
  const edge = Number(gl.getParameter(gl.MAX_3D_TEXTURE_SIZE))
  const norm16 = gl.getExtension('EXT_texture_norm16') !== null
  gl.getExtension('WEBGL_lose_context')?.loseContext()
  return {
    renderer,
    textures: `edge ${edge}, ${norm16 ? '16-bit' : 'no 16-bit'}`,
    software: /swiftshader|llvmpipe|software/i.test(renderer),
  }
}
