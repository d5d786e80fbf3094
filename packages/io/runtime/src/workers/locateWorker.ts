import { existsSync } from 'node:fs'

/**
 * The script of a worker by name, from the module that asks. A built package has it beside that module; a bundle has
 * it beside the bundle, whose chunks lie one folder deeper. Undefined where code runs from TypeScript sources, which a
 * thread cannot load.
 */
export function locateWorker(name: string, moduleUrl: string): URL | undefined {
  for (const folder of ['./', '../']) {
    const candidate = new URL(`${folder}${name}.js`, moduleUrl)
    if (candidate.protocol === 'file:' && existsSync(candidate)) return candidate
  }
  return undefined
}
