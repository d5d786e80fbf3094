// Bundles an app's entry into one file (and chunks for what it loads on demand), when it is missing or older than any
// source that went into it. Only a checkout needs this: a published package carries its bundle.
import { randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, renameSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..')
/** Native or WASM code, which stays in its own package. */
const EXTERNAL = ['classic-level', 'tiny-secp256k1', 'secp256k1']
/** Scripts of worker threads, which a bundle has beside it under these names. */
const WORKERS = {
  signatureWorker: 'packages/io/runtime/src/workers/signatureWorker.ts',
  nonceWorker: 'packages/node/layer1-node/src/mining/nonceWorker.ts',
}

const modified = (path) => {
  try {
    return statSync(path).mtimeMs
  } catch {
    return Infinity
  }
}

function isFresh(outfile, inputsFile) {
  let inputs
  try {
    inputs = JSON.parse(readFileSync(inputsFile, 'utf8'))
  } catch {
    return false
  }
  const built = modified(inputsFile)
  if (modified(outfile) === Infinity) return false
  return inputs.every((input) => modified(join(root, input)) < built)
}

/** Other processes may start from the same folder: each file appears whole. */
function writeWhole(path, contents) {
  mkdirSync(dirname(path), { recursive: true })
  const temporary = `${path}.${randomBytes(4).toString('hex')}.tmp`
  writeFileSync(temporary, contents)
  renameSync(temporary, path)
}

/**
 * Makes `outfile` the bundle of `entry` (both relative to `appDir`; never in dist, which is the compiler’s). Imports on demand become chunks beside it, and with
 * `workers` the scripts of worker threads too. Returns the path of the bundle.
 */
export async function ensureBundle(appDir, entry, outfile, { workers = false } = {}) {
  const bundle = join(appDir, outfile)
  const inputsFile = `${bundle}.inputs.json`
  if (isFresh(bundle, inputsFile)) return bundle
  const started = Date.now()
  const { build } = await import('esbuild')
  const result = await build({
    absWorkingDir: root,
    entryPoints: { bundle: join(appDir, entry), ...(workers && WORKERS) },
    outdir: dirname(bundle),
    chunkNames: 'chunks/[name]-[hash]',
    bundle: true,
    splitting: true,
    write: false,
    metafile: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    conditions: ['ply-source'],
    external: EXTERNAL,
    logLevel: 'error',
    // Packages in CommonJS that are bundled ask for Node's own modules by require.
    banner: {
      js: "import { createRequire as plyCreateRequire } from 'node:module'\nconst require = plyCreateRequire(import.meta.url)",
    },
  })
  const entryOutput = join(dirname(bundle), 'bundle.js')
  for (const file of result.outputFiles) if (file.path !== entryOutput) writeWhole(file.path, file.contents)
  const main = result.outputFiles.find((file) => file.path === entryOutput)
  writeWhole(bundle, main.contents)
  writeWhole(
    inputsFile,
    JSON.stringify([...Object.keys(result.metafile.inputs), relative(root, fileURLToPath(import.meta.url))]),
  )
  // A source saved while esbuild ran must count as newer.
  utimesSync(inputsFile, started / 1000, started / 1000)
  return bundle
}
