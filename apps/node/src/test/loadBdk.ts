import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type * as Bdk from '@metamask/bitcoindevkit'

interface WebAssemblyHost {
  readonly WebAssembly: {
    instantiate(code: Uint8Array, imports: object): Promise<{ instance: { exports: Record<string, unknown> } }>
  }
}

/** The Bitcoin Dev Kit. Its own entry imports WebAssembly as a module, which Node does only when asked by a flag. */
export async function loadBdk(): Promise<typeof Bdk> {
  const folder = dirname(createRequire(import.meta.url).resolve('@metamask/bitcoindevkit'))
  const glue: unknown = await import(pathToFileURL(join(folder, 'bitcoindevkit_bg.js')).href)
  const bdk = glue as typeof Bdk & { __wbg_set_wasm(exports: object): void }
  const code = await readFile(join(folder, 'bitcoindevkit_bg.wasm'))
  const { WebAssembly } = globalThis as unknown as WebAssemblyHost
  const { exports } = (await WebAssembly.instantiate(code, { './bitcoindevkit_bg.js': bdk })).instance
  bdk.__wbg_set_wasm(exports)
  const start = exports['__wbindgen_start'] as (() => void) | undefined
  start?.()
  return bdk
}
