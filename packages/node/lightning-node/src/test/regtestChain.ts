import { assert, concatBytes, err, ok, type Result, unwrap } from '@ply/bytes'
import {
  checkBlock,
  checkContextualBlock,
  type Coin,
  computeSubsidy,
  computeWitnessCommitment,
  connectBlock,
  createWitnessCommitmentScript,
  encodeCoinbaseHeight,
  hasProofOfWork,
  LinkedHeader,
  verifyCollectedChecks,
} from '@ply/consensus'
import {
  type Block,
  type BlockHash,
  blockMerkleRoot,
  computeBlockHash,
  computeTxid,
  type OutPoint,
  outPointKey,
  REGTEST,
  type Sats,
  sats,
  type Transaction,
  type Txid,
  type TxOutput,
  virtualSize,
} from '@ply/primitives'
import type { ChainBackend, ChainObserver, ChainTip, FeeTarget } from '../chainBackend.ts'

/** Anyone can spend it: the faucet's coins need no key. */
const OP_TRUE = Uint8Array.of(0x51)
const BLOCK_INTERVAL = 600
const FAUCET_MATURITY = 100

interface ChainBlock {
  readonly block: Block
  readonly header: LinkedHeader
  /** The coins after this block. */
  readonly coins: ReadonlyMap<string, Coin>
}

/** A regtest chain in memory with every consensus rule, a mempool of sorts and a faucet. */
export class RegtestChain implements ChainBackend {
  static #premined: ChainBlock[] | undefined
  readonly network = REGTEST
  readonly #observers = new Set<ChainObserver>()
  #blocks: ChainBlock[] = [
    { block: REGTEST.genesis, header: new LinkedHeader(REGTEST.genesis.header, undefined), coins: new Map() },
  ]
  #mempool: { readonly tx: Transaction; readonly fee: bigint }[] = []
  #faucetHeight = 1
  #salt = 0
  feerates: Partial<Record<FeeTarget, number>> = {}
  /** The least that the mempool takes, in satoshi per vbyte. */
  relayFeerate = 1n

  /** A chain whose faucet has coins: mined once, shared by all that begin with it. */
  static withCoins(): RegtestChain {
    if (!RegtestChain.#premined) {
      const first = new RegtestChain()
      first.mine(FAUCET_MATURITY + 20)
      RegtestChain.#premined = first.#blocks
    }
    const chain = new RegtestChain()
    chain.#blocks = [...RegtestChain.#premined]
    chain.#salt = chain.height
    return chain
  }

  get #top(): ChainBlock {
    return this.#blocks.at(-1)!
  }

  get height(): number {
    return this.#top.header.height
  }

  get mempool(): readonly Transaction[] {
    return this.#mempool.map(({ tx }) => tx)
  }

  tip(): Promise<ChainTip> {
    return Promise.resolve({ height: this.height, hash: this.#top.header.hash })
  }

  blockHash(height: number): Promise<BlockHash | undefined> {
    return Promise.resolve(this.#blocks[height]?.header.hash)
  }

  getBlock(height: number): Promise<Block | undefined> {
    return Promise.resolve(this.#blocks[height]?.block)
  }

  unspentOutput(outpoint: OutPoint): Promise<TxOutput | undefined> {
    const spent = this.#mempool.some(({ tx }) =>
      tx.inputs.some((i) => outPointKey(i.prevout) === outPointKey(outpoint)),
    )
    return Promise.resolve(spent ? undefined : this.#top.coins.get(outPointKey(outpoint))?.output)
  }

  estimateFeerate(target: FeeTarget): Promise<number | undefined> {
    return Promise.resolve(this.feerates[target])
  }

  subscribe(observer: ChainObserver): () => void {
    this.#observers.add(observer)
    return () => void this.#observers.delete(observer)
  }

  broadcast(transaction: Transaction, parent?: Transaction): Promise<Result<void, string>> {
    const alone = this.#accept(transaction)
    return Promise.resolve(alone.ok || !parent ? alone : this.#acceptPackage([parent, transaction]))
  }

  /** What the transactions pay together is what counts. */
  #acceptPackage(transactions: readonly Transaction[]): Result<void, string> {
    const before = this.#mempool
    const { relayFeerate } = this
    this.relayFeerate = 0n
    const accepted = transactions.map((tx) => this.#accept(tx))
    this.relayFeerate = relayFeerate
    const fee = this.#mempool.slice(before.length).reduce((sum, entry) => sum + entry.fee, 0n)
    const size = transactions.reduce((sum, tx) => sum + virtualSize(tx), 0)
    const refused = accepted.find(({ ok: taken }) => !taken)
    if (!refused && fee >= BigInt(size) * relayFeerate) return ok(undefined)
    this.#mempool = before
    return refused ?? err('min relay fee not met')
  }

  #accept(tx: Transaction): Result<void, string> {
    const key = outPointKey({ txid: computeTxid(tx), index: 0 })
    if (this.#mempool.some((entry) => outPointKey({ txid: computeTxid(entry.tx), index: 0 }) === key))
      return ok(undefined)
    if (
      this.#blocks.some(({ block }) =>
        block.transactions.some((each) => computeTxid(each).every((b, i) => b === computeTxid(tx)[i])),
      )
    ) {
      return ok(undefined)
    }
    const spent = new Set(tx.inputs.map((input) => outPointKey(input.prevout)))
    const gone = new Set<string>()
    const conflicts = this.#mempool.filter((entry) => {
      const hit = entry.tx.inputs.some(
        ({ prevout }) => spent.has(outPointKey(prevout)) || gone.has(outPointKey({ ...prevout, index: 0 })),
      )
      if (hit) gone.add(outPointKey({ txid: computeTxid(entry.tx), index: 0 }))
      return hit
    })
    const rest = this.#mempool.filter((entry) => !conflicts.includes(entry))
    const before = rest.reduce((sum, { fee }) => sum + fee, 0n)
    const connected = this.#connect(this.#assemble([...rest.map((entry) => entry.tx), tx]))
    if (!connected.ok) return connected
    const fee = connected.value.fees - before
    if (fee < BigInt(virtualSize(tx)) * this.relayFeerate) return err('min relay fee not met')
    const displaced = conflicts.reduce((sum, entry) => sum + entry.fee, 0n)
    if (conflicts.length > 0 && fee < displaced + BigInt(virtualSize(tx))) return err('insufficient fee')
    this.#mempool = [...rest, { tx, fee }]
    return ok(undefined)
  }

  #assemble(transactions: readonly Transaction[]): Block {
    const height = this.height + 1
    const coinbase = (outputs: readonly TxOutput[]): Transaction => ({
      version: 2,
      inputs: [
        {
          prevout: { txid: new Uint8Array(32) as Txid, index: 0xffffffff },
          scriptSig: concatBytes(encodeCoinbaseHeight(height), Uint8Array.of(4, ...numberBytes(this.#salt))),
          sequence: 0xffffffff,
          witness: [new Uint8Array(32)],
        },
      ],
      outputs,
      lockTime: 0,
    })
    const reward = { value: sats(computeSubsidy(height, REGTEST)), scriptPubKey: OP_TRUE }
    const commitment = computeWitnessCommitment(
      { transactions: [coinbase([reward]), ...transactions] },
      new Uint8Array(32),
    )
    const all = [
      coinbase([reward, { value: sats(0), scriptPubKey: createWitnessCommitmentScript(commitment) }]),
      ...transactions,
    ]
    const header = {
      version: 0x20000000,
      previousBlockHash: this.#top.header.hash,
      merkleRoot: blockMerkleRoot({ transactions: all }).root,
      time: this.#top.header.time + BLOCK_INTERVAL,
      bits: this.#top.header.bits,
      nonce: 0,
    }
    return { header, transactions: all }
  }

  #connect(block: Block): Result<{ readonly coins: ReadonlyMap<string, Coin>; readonly fees: Sats }, string> {
    const { header: previous, coins } = this.#top
    const checks = [
      checkBlock(block, REGTEST, { checkProofOfWork: false }),
      checkContextualBlock(block, previous, REGTEST),
    ]
    for (const check of checks) if (!check.ok) return err(check.error.reason)
    const view = { get: (outpoint: OutPoint) => coins.get(outPointKey(outpoint)) }
    const connection = connectBlock(block, view, { parameters: REGTEST, previous })
    if (!connection.ok) return err(connection.error.reason)
    const signatures = verifyCollectedChecks(connection.value.scripts)
    if (!signatures.ok) return err(signatures.error.reason)
    const after = new Map(coins)
    for (const outpoint of connection.value.delta.spent) after.delete(outPointKey(outpoint))
    for (const [outpoint, coin] of connection.value.delta.created) after.set(outPointKey(outpoint), coin)
    return ok({ coins: after, fees: connection.value.fees })
  }

  /** Mines blocks; the first takes in the whole mempool, unless they are to be `empty`. */
  mine(count = 1, { empty = false }: { readonly empty?: boolean } = {}): void {
    for (let i = 0; i < count; i++) {
      this.#salt++
      const assembled = this.#assemble(empty ? [] : this.mempool)
      let block = assembled
      for (let nonce = 0; !hasProofOfWork(computeBlockHash(block.header), block.header.bits, REGTEST); nonce++) {
        block = { ...assembled, header: { ...assembled.header, nonce } }
      }
      const { coins } = unwrap(this.#connect(block))
      if (!empty) this.#mempool = []
      this.#blocks.push({ block, header: new LinkedHeader(block.header, this.#top.header), coins })
      for (const observer of [...this.#observers]) observer.blockConnected(this.height, block)
    }
  }

  /** Takes the last `depth` blocks back; their transactions are in the mempool again, or lost with `drop`. */
  disconnect(depth: number, { drop = false }: { readonly drop?: boolean } = {}): void {
    for (let i = 0; i < depth; i++) {
      const { block, header } = this.#blocks.pop()!
      const returned = drop ? [] : block.transactions.slice(1)
      const later = this.mempool
      this.#mempool = []
      for (const tx of [...returned, ...later]) this.#accept(tx)
      for (const observer of [...this.#observers]) observer.blockDisconnected(header.height, block)
    }
  }

  /** Pays `value` satoshi to a script, from a coinbase that is mature; mines what it takes. */
  fund(scriptPubKey: Uint8Array, value: bigint): Transaction {
    if (this.height < this.#faucetHeight + FAUCET_MATURITY)
      this.mine(this.#faucetHeight + FAUCET_MATURITY - this.height)
    const { block } = this.#blocks[this.#faucetHeight]!
    const coinbase = block.transactions[0]!
    this.#faucetHeight++
    const tx: Transaction = {
      version: 2,
      inputs: [
        {
          prevout: { txid: computeTxid(coinbase), index: 0 },
          scriptSig: new Uint8Array(0),
          sequence: 0xfffffffd,
          witness: [],
        },
      ],
      outputs: [
        { value: sats(value), scriptPubKey },
        { value: sats(coinbase.outputs[0]!.value - value - 10_000n), scriptPubKey: OP_TRUE },
      ],
      lockTime: 0,
    }
    const accepted = this.#accept(tx)
    assert(accepted.ok, `faucet: ${accepted.ok ? '' : accepted.error}`)
    return tx
  }
}

const numberBytes = (value: number): number[] => [value & 0xff, (value >> 8) & 0xff, (value >> 16) & 0xff, value >>> 24]
