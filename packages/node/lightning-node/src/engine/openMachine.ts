import { createNode, type NodeConfig, restoreNode } from '@ply/lightning'
import type { Store } from '@ply/ports'
import type { NodeMachine } from './machine.ts'
import { machineKey, prefixRange, withoutPrefix } from './storeKeys.ts'

/** The machine as it was stored, or a new one. */
export async function openMachine(store: Store, config: NodeConfig): Promise<NodeMachine> {
  const entries: [Uint8Array, Uint8Array][] = []
  for await (const [key, value] of store.iterate(prefixRange(machineKey(new Uint8Array(0))))) {
    entries.push([withoutPrefix(key), value])
  }
  return entries.length === 0 ? createNode(config) : restoreNode(config, entries)
}
