import { enableCompileCache } from 'node:module'

// Stripped sources are kept between runs: a second start needs about half the time.
enableCompileCache?.()
const { main } = await import('./main.ts')
process.exitCode = await main(process.argv.slice(2))
