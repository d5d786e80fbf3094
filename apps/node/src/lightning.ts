import { existsSync } from 'node:fs'
import { mkdir, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { bytesToHex, decodeHex } from '@ply/bytes'
import { createChainBackend, type Layer1Node } from '@ply/layer1-node'
import { createLightningRpc, LightningNode } from '@ply/lightning-node'
import type { Transport } from '@ply/ports'
import type { RpcTable } from '@ply/rpc'
import { writeFileAtomic } from '@ply/runtime'
import { openLevelStore } from '@ply/storage'

export interface LightningEntry {
  readonly name: string
  readonly id: string
  readonly address: string
}

interface Running {
  readonly node: LightningNode
  readonly table: RpcTable
}

export interface LightningHostFields {
  readonly layer1: Layer1Node
  readonly transport: Transport
  /** Port of the first node, the next ones follow; 0 for any free ones. */
  readonly firstPort: number
}

const PORTS_TO_TRY = 100

/** 32 secret bytes in a file of their own, made when the node is. */
async function readSeed(path: string, layer1: Layer1Node): Promise<Uint8Array> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  if (text === undefined) {
    // Channels without their keys are lost: a new seed would hide that.
    if (existsSync(join(dirname(path), 'db'))) throw new Error(`${path} is missing, but there is data that needs it`)
    const seed = layer1.entropy.bytes(32)
    await writeFileAtomic(path, `${bytesToHex(seed)}\n`, 0o600)
    return seed
  }
  const seed = decodeHex(text.trim())
  if (!seed.ok || seed.value.length !== 32) throw new Error(`${path} does not hold a seed`)
  return seed.value
}

/** The Lightning nodes that run beside one Layer 1 node. */
export class LightningHost {
  readonly #fields: LightningHostFields
  readonly #running = new Map<string, Running>()
  readonly #starting = new Map<string, Promise<LightningEntry>>()
  #nextPort: number

  constructor(fields: LightningHostFields) {
    this.#fields = fields
    this.#nextPort = fields.firstPort
  }

  list(): LightningEntry[] {
    return [...this.#running].map(([name, { node }]) => ({ name, id: node.nodeId, address: addressOf(node) }))
  }

  table(name: string): RpcTable | undefined {
    return this.#running.get(name)?.table
  }

  /** Resolves when every node has taken in the tip and given the mempool what followed from it. */
  async caughtUp(): Promise<void> {
    await Promise.all([...this.#running.values()].map(({ node }) => node.caughtUp()))
  }

  /** Starts a node, or says where the running one is. */
  start(name: string): Promise<LightningEntry> {
    const running = this.#running.get(name)
    if (running) return Promise.resolve({ name, id: running.node.nodeId, address: addressOf(running.node) })
    const starting = this.#starting.get(name) ?? this.#start(name).finally(() => this.#starting.delete(name))
    this.#starting.set(name, starting)
    return starting
  }

  async #start(name: string): Promise<LightningEntry> {
    const { layer1 } = this.#fields
    const folder = join(layer1.folder.lightning, name)
    await mkdir(folder, { recursive: true, mode: 0o700 })
    const seed = await readSeed(join(folder, 'seed'), layer1)
    const node = await this.#listenSomewhere((listen) => this.#open({ name, folder, seed, listen }))
    this.#running.set(name, { node, table: createLightningRpc(node) })
    layer1.logger.log('info', `Lightning node ${name} is ready`, { id: node.nodeId, address: addressOf(node) })
    return { name, id: node.nodeId, address: addressOf(node) }
  }

  async #open({ name, folder, seed, listen }: OpenRequest): Promise<LightningNode> {
    const { layer1, transport } = this.#fields
    const { clock, entropy, logger } = layer1
    const store = await openLevelStore(join(folder, 'db'))
    try {
      return await LightningNode.start({
        backend: createChainBackend(layer1),
        store,
        transport,
        clock,
        entropy,
        logger,
        seed,
        alias: name,
        listen,
      })
    } catch (error) {
      await store.close()
      throw error
    }
  }

  /** Takes the next port that nobody else has. */
  async #listenSomewhere(open: (listen: string) => Promise<LightningNode>): Promise<LightningNode> {
    if (this.#fields.firstPort === 0) return open('127.0.0.1:0')
    for (let tries = 1; ; tries++) {
      const port = this.#nextPort++
      try {
        return await open(`127.0.0.1:${port}`)
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE' || tries === PORTS_TO_TRY) throw error
      }
    }
  }

  async stop(): Promise<void> {
    await Promise.allSettled([...this.#starting.values()])
    await Promise.all([...this.#running.values()].map(({ node }) => node.stop()))
    this.#running.clear()
  }
}

interface OpenRequest {
  readonly name: string
  readonly folder: string
  readonly seed: Uint8Array
  readonly listen: string
}

const addressOf = (node: LightningNode): string => node.listening[0] ?? ''
