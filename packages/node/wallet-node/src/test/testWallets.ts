import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createLayer1Methods, Layer1Node } from '@ply/layer1-node'
import { createTcpTransport } from '@ply/net'
import { type NetworkParameters, REGTEST } from '@ply/primitives'
import { callDescribed, createRpcTable, type Json, type RpcTable, stringifyJson } from '@ply/rpc'
import { silentLogger, SystemClock } from '@ply/runtime'
import { SeededEntropy } from '@ply/testkit'
import { createSignerMethods, createWalletMethods } from '../rpc/table.ts'
import { Signers } from '../signer/signers.ts'
import type { TransactionNotice } from '../transactionNotices.ts'
import { WalletHost } from '../walletHost.ts'
import type { WalletOptions } from '../walletOptions.ts'

export const STRANGER = 'bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080'
/** Cheap enough for tests. */
const OPTIONS: Partial<WalletOptions> = { keypool: 5, scryptCost: { N: 16, r: 1, p: 1 } }

/** A node with wallets in a temporary folder, and its methods at hand. */
export class TestWallets {
  readonly folder: string
  readonly clock = new SystemClock()
  #node: Layer1Node | undefined
  #host: WalletHost | undefined
  #table: RpcTable = createRpcTable([])
  /** What -signer says, from the next start on. */
  signer: string | undefined
  /** Hears of the wallets' transactions, from the next start on. */
  heard: (notice: TransactionNotice) => void = () => undefined

  readonly network: NetworkParameters

  private constructor(folder: string, network: NetworkParameters) {
    this.folder = folder
    this.network = network
  }

  static async start(network: NetworkParameters = REGTEST): Promise<TestWallets> {
    const test = new TestWallets(await mkdtemp(join(tmpdir(), 'ply-wallets-')), network)
    await test.restart()
    return test
  }

  get node(): Layer1Node {
    return this.#node!
  }

  get host(): WalletHost {
    return this.#host!
  }

  async stop(): Promise<void> {
    await this.#host?.stop()
    await this.#node?.stop()
  }

  /** Wallets have to be loaded again. */
  async restart(): Promise<void> {
    await this.stop()
    this.#node = await Layer1Node.start({
      network: this.network,
      directory: this.folder,
      clock: this.clock,
      entropy: new SeededEntropy(1),
      logger: silentLogger,
      transport: createTcpTransport(),
      failed: (error) => {
        throw error
      },
    })
    const signers = new Signers({ command: this.signer, chain: REGTEST.name })
    const directory = join(this.folder, 'wallets')
    this.#host = new WalletHost({
      node: this.#node,
      directory,
      options: OPTIONS,
      signers,
      transactionChanged: this.heard,
    })
    this.#table = createRpcTable([
      ...createLayer1Methods(this.#node, { stop: () => undefined }),
      ...createWalletMethods(this.#host),
      ...createSignerMethods(signers),
    ])
  }

  /** Calls a method for a wallet, or for none in particular, and reads the answer as a client would. */
  async call<T = Record<string, unknown>>(wallet: string | undefined, method: string, ...params: Json[]): Promise<T> {
    const path = wallet === undefined ? '/' : `/wallet/${wallet}`
    const answer = await callDescribed(this.#table, method, params, { path })
    return JSON.parse(stringifyJson(answer ?? null)) as T
  }

  /** A wallet with one coin that can be spent. */
  async fund(name: string): Promise<void> {
    await this.call(undefined, 'createwallet', name)
    await this.mine(1, await this.call<string>(name, 'getnewaddress'))
    await this.mine(100)
  }

  async mine(count: number, address = STRANGER): Promise<void> {
    await this.call(undefined, 'generatetoaddress', count, address)
  }

  async remove(): Promise<void> {
    await this.stop()
    await rm(this.folder, { recursive: true, force: true })
  }
}
