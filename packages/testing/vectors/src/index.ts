import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = dirname(fileURLToPath(import.meta.url))

/** Folder of the published vectors: `PLY_VECTORS`, or `../shared/vectors` beside the repository. */
export const vectorsFolder = process.env['PLY_VECTORS'] ?? join(here, '../../../../../shared/vectors')

/** True if the vectors are there; where not, a runner skips with {@link missingReason} in its test's name. */
export const hasVectors = existsSync(vectorsFolder)
export const missingReason = `published vectors not found in ${vectorsFolder} (set PLY_VECTORS)`

/** A vector file as bytes; `path` is relative to the folder: `bitcoin-core/script_tests.json`. */
export function readVectorBytes(path: string): Uint8Array {
  return new Uint8Array(readFileSync(join(vectorsFolder, path)))
}

export function readVectorText(path: string): string {
  return readFileSync(join(vectorsFolder, path), 'utf8')
}

/** A JSON vector file; the runner checks the shape it needs. */
export function readVectorJson(path: string): unknown {
  return JSON.parse(readVectorText(path))
}
