// Kills plyd at random moments under work and checks what it holds: node tools/killTest.mjs [--kills 100] [--seed 1]
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { ensureBundle } from './bundle.mjs'

const app = join(resolve(dirname(fileURLToPath(import.meta.url)), '..'), 'apps/node')
await import(pathToFileURL(await ensureBundle(app, 'src/test/killTestMain.ts', 'bundle/killTest.js')).href)
