import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bytesToHex, concatBytes } from '@ply/bytes'
import { sha256 } from '@ply/crypto'
import { createTcpTransport } from '@ply/net'
import {
  computeTxid,
  encodeAddress,
  encodeTransaction,
  hashToDisplay,
  REGTEST,
  sats,
  type Transaction,
  type TxInput,
  type TxOutput,
  type Txid,
} from '@ply/primitives'
import {
  callDescribed,
  createRpcTable,
  type Json,
  type JsonObject,
  type JsonOutput,
  RpcError,
  type RpcTable,
  stringifyJson,
} from '@ply/rpc'
import { silentLogger, SystemClock } from '@ply/runtime'
import { SeededEntropy } from '@ply/testkit'
import { Layer1Node, type Layer1NodeOptions } from '../layer1Node.ts'
import { createLayer1Methods } from '../rpc/table.ts'

/** OP_TRUE behind a witness program: standard coins that need no key. */
const WITNESS_SCRIPT = Uint8Array.of(0x51)
export const OPEN_SCRIPT = concatBytes(Uint8Array.of(0, 32), sha256(WITNESS_SCRIPT))
export const OPEN_ADDRESS = encodeAddress(OPEN_SCRIPT, REGTEST)!

export function openInput(txid: Txid, index = 0, sequence = 0xfffffffd): TxInput {
  return { prevout: { txid, index }, scriptSig: new Uint8Array(0), sequence, witness: [WITNESS_SCRIPT] }
}
export const openOutput = (value: bigint): TxOutput => ({ value: sats(value), scriptPubKey: OPEN_SCRIPT })

export const hexOf = (tx: Transaction): string => bytesToHex(encodeTransaction(tx))
export const idOf = (tx: Transaction): string => hashToDisplay(computeTxid(tx))

/** Spends the first output of `parent` to itself, less `fee`. */
export function spend(parent: Transaction, fee = 1000n): Transaction {
  const outputs = [openOutput(parent.outputs[0]!.value - fee)]
  return { version: 2, inputs: [openInput(computeTxid(parent))], outputs, lockTime: 0 }
}

/** A node in a temporary folder, with its RPC methods at hand and without an HTTP server. */
export class TestNode {
  readonly folder: string
  readonly clock = new SystemClock()
  #node: Layer1Node | undefined
  #table: RpcTable = createRpcTable([])

  private constructor(folder: string) {
    this.folder = folder
  }

  static async start(options: Partial<Layer1NodeOptions> = {}): Promise<TestNode> {
    const test = new TestNode(await mkdtemp(join(tmpdir(), 'ply-node-')))
    await test.restart(options)
    return test
  }

  get node(): Layer1Node {
    return this.#node!
  }

  async restart(options: Partial<Layer1NodeOptions> = {}): Promise<void> {
    await this.#node?.stop()
    this.#node = await Layer1Node.start({
      network: REGTEST,
      directory: this.folder,
      clock: this.clock,
      entropy: new SeededEntropy(1),
      logger: silentLogger,
      transport: createTcpTransport(),
      listen: ['127.0.0.1:0'],
      rewardScript: OPEN_SCRIPT,
      failed: (error) => {
        throw error
      },
      ...options,
    })
    this.#table = createRpcTable(createLayer1Methods(this.#node, { stop: () => undefined }))
  }

  get address(): string {
    return this.node.peers.listening!
  }

  /** Calls a method as a client would; the answer is as it is before it is written as text, and as it is documented. */
  call(method: string, ...params: readonly Json[]): Promise<unknown> {
    return callDescribed(this.#table, method, params, { path: '/' })
  }

  /** The answer as a client reads it. */
  async json(method: string, ...params: readonly Json[]): Promise<unknown> {
    return JSON.parse(stringifyJson((await this.call(method, ...params)) as JsonOutput))
  }

  /** As {@link json}, with the arguments by name. */
  async jsonByName(method: string, params: JsonObject): Promise<unknown> {
    return JSON.parse(stringifyJson(await this.#table.call(method, params, { path: '/' })))
  }

  /** Code and message of the error that a method ends with, or `no error`. */
  async failure(method: string, ...params: readonly Json[]): Promise<string> {
    try {
      await this.call(method, ...params)
    } catch (error) {
      if (error instanceof RpcError) return `${error.code} ${error.message}`
      throw error
    }
    return 'no error'
  }

  async mine(count: number): Promise<void> {
    await this.call('generatetoaddress', count, OPEN_ADDRESS)
  }

  /** The coinbase of the block at a height. */
  async coinbase(height: number): Promise<Transaction> {
    return (await this.node.chain.readBlock(this.node.chain.tree.active.at(height)!)).transactions[0]!
  }

  async remove(): Promise<void> {
    await this.#node?.stop()
    await rm(this.folder, { recursive: true, force: true })
  }
}

/** Resolves once `condition` holds, looking again whenever the chain, the pool or a peer of `nodes` changed. */
export function eventually(nodes: readonly TestNode[], condition: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    const undo: (() => void)[] = []
    const look = (): void => {
      if (!condition()) return
      for (const each of undo.splice(0)) each()
      resolve()
    }
    for (const { node } of nodes) {
      // After the change is complete.
      const later = (): void => void setImmediate(look)
      undo.push(node.chain.subscribe({ tipChanged: later }))
      undo.push(node.mempool.subscribe({ added: later, removed: later }))
      undo.push(node.peers.subscribe(later))
    }
    look()
  })
}
