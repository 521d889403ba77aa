import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import path from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { unpackChromium } from '../../test/browser/chromium.ts'
import type { compareWithCpu } from './provider-comparison.support.ts'

/** Runs a module's text under this Node with SwiftShader as the only Vulkan driver, and reads the JSON it prints last. */
function withSwiftShader(gpu: string, code: string): { readonly value: unknown; readonly stderr: string } {
  const run = spawnSync(process.execPath, ['--input-type=module', '-e', code], {
    encoding: 'utf8',
    cwd: import.meta.dirname,
    env: { ...process.env, LD_LIBRARY_PATH: gpu, VK_DRIVER_FILES: path.join(gpu, 'vk_swiftshader_icd.json') },
  })
  const line = run.stdout.trim().split('\n').at(-1) ?? ''
  return { value: line === '' ? null : JSON.parse(line), stderr: run.stderr }
}

const here = (file: string) => JSON.stringify(path.join(import.meta.dirname, file))

describe('WebGPU on a software Vulkan driver', () => {
  let gpu = ''
  let reason = ''

  beforeAll(async () => {
    if (process.platform !== 'linux') {
      reason = 'the packaged SwiftShader is built for Linux'
      return
    }
    try {
      gpu = (await unpackChromium()).gpu
    } catch (error) {
      reason = `Chromium could not be unpacked: ${(error as Error).message}`
      return
    }
    if (!existsSync(path.join(gpu, 'libvk_swiftshader.so'))) reason = 'the package holds no Vulkan driver'
  })

  it('passes the check against the CPU', (context) => {
    if (reason) context.skip(reason)
    const { value, stderr } = withSwiftShader(
      gpu,
      `import { requireProvider } from ${here('providers.ts')}
       console.log(JSON.stringify(await requireProvider('webgpu').catch((error) => ({ error: error.message }))))`,
    )
    expect(value, stderr).toMatchObject({ name: 'webgpu', available: true, reason: '' })
    expect((value as { difference: number }).difference).toBeLessThan(1e-4)
  })

  for (const name of ['pools', 'volumes']) {
    it(`gives the CPU's maps of a network with ${name}, and says what it was checked with`, (context) => {
      if (reason) context.skip(reason)
      const { value, stderr } = withSwiftShader(
        gpu,
        `import { compareWithCpu } from ${here('provider-comparison.support.ts')}
         console.log(JSON.stringify(await compareWithCpu('${name}', 'webgpu')))`,
      )
      const { differences, check } = value as Awaited<ReturnType<typeof compareWithCpu>>
      expect(Object.keys(differences), stderr).toEqual(['gradient', 'guided', 'relevance', 'multipliers'])
      for (const [map, off] of Object.entries(differences)) expect(off, map).toBeLessThan(1e-4)
      expect(check).toMatchObject({ provider: 'webgpu', fallbackNodes: 0, gradientReason: '', fallbackReason: '' })
      expect(check?.nodes).toBeGreaterThan(10)
      expect(check?.gradientDifference).toBeLessThan(1e-4)
    })
  }

  it('is refused by name where it cannot run a graph', (context) => {
    if (reason) context.skip(reason)
    const { value, stderr } = withSwiftShader(
      gpu,
      `import { checkWebGpuAsCpu } from ${here('provider-comparison.support.ts')}
       console.log(JSON.stringify(await checkWebGpuAsCpu().catch(({ code, message }) => ({ code, message }))))`,
    )
    expect(value, stderr).toMatchObject({ code: 'inference.provider', message: expect.stringContaining('Indices') })
  })
})
