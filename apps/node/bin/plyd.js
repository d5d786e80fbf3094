#!/usr/bin/env node
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const app = dirname(dirname(fileURLToPath(import.meta.url)))
const bundler = join(app, '../../tools/bundle.mjs')
let main = join(app, 'dist/main.js')
if (existsSync(bundler)) {
  const { ensureBundle } = await import(pathToFileURL(bundler).href)
  main = await ensureBundle(app, 'src/main.ts', 'bundle/plyd.js', { workers: true })
}
await import(pathToFileURL(main).href)
