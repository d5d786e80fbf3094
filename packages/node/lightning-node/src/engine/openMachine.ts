import { createNode, type NodeConfig, restoreNode } from '@ply/lightning'
import type { Store } from '@ply/ports'
import type { NodeMachine } from './machine.ts'
import { machineKey, prefixRange, withoutPrefix } from './storeKeys.ts'

/** The machine as it was stored, or a new one. Rejects for a store that it cannot read: then nothing must run. */
export async function openMachine(store: Store, config: NodeConfig): Promise<NodeMachine> {
  const entries: [Uint8Array, Uint8Array][] = []
  for await (const [key, value] of store.iterate(prefixRange(machineKey(new Uint8Array(0))))) {
    entries.push([withoutPrefix(key), value])
  }
  if (entries.length === 0) return createNode(config)
  const restored = restoreNode(config, entries)
  if (restored.ok) return restored.value
  const { key, error } = restored.error
  throw new Error(`the Lightning store cannot be read: entry ${key}: ${error.message}`)
}
