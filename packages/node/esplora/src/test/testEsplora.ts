import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bytesToHex, concatBytes } from '@ply/bytes'
import { sha256 } from '@ply/crypto'
import { createLayer1Methods, Layer1Node } from '@ply/layer1-node'
import { createTcpTransport } from '@ply/net'
import {
  computeTxid,
  encodeAddress,
  encodeTransaction,
  type OutPoint,
  REGTEST,
  sats,
  type Transaction,
  type TxOutput,
} from '@ply/primitives'
import { createRpcTable, type Json, type RpcTable } from '@ply/rpc'
import { silentLogger, SystemClock } from '@ply/runtime'
import { SeededEntropy } from '@ply/testkit'
import { type EsploraServer, startEsplora } from '../server.ts'

/** A script that anybody can spend, one of many: P2WSH of a small number. */
export interface OpenScript {
  readonly witnessScript: Uint8Array
  readonly scriptPubKey: Uint8Array
  readonly address: string
}

export function openScript(number: number): OpenScript {
  const witnessScript = Uint8Array.of(0x51 + number)
  const scriptPubKey = concatBytes(Uint8Array.of(0, 32), sha256(witnessScript))
  return { witnessScript, scriptPubKey, address: encodeAddress(scriptPubKey, REGTEST)! }
}

export interface Spending {
  readonly from: OpenScript
  readonly outpoint: OutPoint
  readonly outputs: readonly { readonly to: OpenScript; readonly value: bigint }[]
}

export function spend({ from, outpoint, outputs }: Spending): Transaction {
  const input = {
    prevout: outpoint,
    scriptSig: new Uint8Array(0),
    sequence: 0xfffffffd,
    witness: [from.witnessScript],
  }
  const made = outputs.map(({ to, value }): TxOutput => ({ value: sats(value), scriptPubKey: to.scriptPubKey }))
  return { version: 2, inputs: [input], outputs: made, lockTime: 0 }
}

export const outpointOf = (tx: Transaction, index = 0): OutPoint => ({ txid: computeTxid(tx), index })

/** A regtest node in a temporary folder with an Esplora server on a free port. */
export class TestEsplora {
  readonly folder: string
  node!: Layer1Node
  server!: EsploraServer
  #table!: RpcTable

  private constructor(folder: string) {
    this.folder = folder
  }

  static async start(): Promise<TestEsplora> {
    const test = new TestEsplora(await mkdtemp(join(tmpdir(), 'ply-esplora-')))
    await test.open()
    return test
  }

  async open(): Promise<void> {
    this.node = await Layer1Node.start({
      network: REGTEST,
      directory: this.folder,
      clock: new SystemClock(),
      entropy: new SeededEntropy(1),
      logger: silentLogger,
      transport: createTcpTransport(),
      txIndex: true,
    })
    this.#table = createRpcTable(createLayer1Methods(this.node, { stop: () => undefined }))
    this.server = await startEsplora({ node: this.node, table: this.#table, port: 0 })
  }

  async close(): Promise<void> {
    await this.server.close()
    await this.node.stop()
  }

  async remove(): Promise<void> {
    await this.close()
    await rm(this.folder, { recursive: true, force: true })
  }

  call(method: string, ...params: readonly Json[]): Promise<unknown> {
    return this.#table.call(method, params, { path: '/' })
  }

  mine(count: number, to: OpenScript): Promise<unknown> {
    return this.call('generatetoaddress', count, to.address)
  }

  async coinbase(height: number): Promise<Transaction> {
    return (await this.node.chain.readBlock(this.node.chain.tree.active.at(height)!)).transactions[0]!
  }

  async text(path: string, status = 200): Promise<string> {
    const response = await fetch(this.server.url + path)
    const body = await response.text()
    if (response.status !== status) throw new Error(`${path}: ${response.status} ${body}`)
    return body
  }

  async get<T>(path: string): Promise<T> {
    return JSON.parse(await this.text(path)) as T
  }

  /** Sends a transaction; returns the status and what was said. */
  async send(tx: Transaction): Promise<readonly [number, string]> {
    const response = await fetch(`${this.server.url}/tx`, { method: 'POST', body: bytesToHex(encodeTransaction(tx)) })
    return [response.status, await response.text()]
  }
}
