import { bytesToHex, ok } from '@ply/bytes'
import { computeWitnessCommitment, createWitnessCommitmentScript, invalidBlock, invalidTx } from '@ply/consensus'
import { hash256 } from '@ply/crypto'
import {
  type Block,
  blockMerkleRoot,
  type BlockHash,
  computeBlockHash,
  computeTxid,
  computeWtxid,
  encodeBlock,
  REGTEST,
  sats,
  type Transaction,
  type Txid,
} from '@ply/primitives'
import { SeededEntropy } from '@ply/testkit'
import {
  type ChainVerdict,
  type ChainView,
  type HeaderEntry,
  type MempoolView,
  type PackageVerdict,
  type PeerEffect,
  PeerManager,
  type PeerManagerOptions,
  type TxVerdict,
  type UncheckedHistory,
} from '../index.ts'

/** Txids that start with this byte stand for coins that are there from the beginning. */
export const COIN_MARK = 0xaa

export function createTx(prevouts: readonly { txid: Txid; index: number }[], outputs = 1, salt = 0): Transaction {
  return {
    version: 2,
    inputs: prevouts.map((prevout) => ({
      prevout,
      scriptSig: new Uint8Array(0),
      sequence: 0xfffffffd,
      witness: [Uint8Array.of(salt & 255, salt >> 8)],
    })),
    outputs: Array.from({ length: outputs }, () => ({ value: sats(1000), scriptPubKey: Uint8Array.of(0x51) })),
    lockTime: 0,
  }
}

export function coin(n: number): { txid: Txid; index: number } {
  const txid = hash256(Uint8Array.of(n & 255, (n >> 8) & 255, n >> 16))
  txid[0] = COIN_MARK
  return { txid: txid as Txid, index: 0 }
}

/** A chain without rules but "most work wins": enough to drive the peer machine. */
export class FakeChain implements ChainView {
  readonly entries = new Map<string, HeaderEntry>()
  readonly blocks = new Map<string, Block>()
  readonly invalid = new Set<string>()
  active: HeaderEntry[]
  best: HeaderEntry
  /** The chain that ends in `best`. */
  bestChain: HeaderEntry[]
  ibd = false
  base: HeaderEntry | undefined

  constructor() {
    const genesis: HeaderEntry = { hash: REGTEST.genesisHash, height: 0, header: REGTEST.genesis.header, chainWork: 2n }
    this.entries.set(bytesToHex(genesis.hash), genesis)
    this.blocks.set(bytesToHex(genesis.hash), REGTEST.genesis)
    this.active = [genesis]
    this.best = genesis
    this.bestChain = [genesis]
  }

  tip(): HeaderEntry {
    return this.active.at(-1)!
  }
  bestHeader(): HeaderEntry {
    return this.best
  }
  header(hash: Uint8Array): HeaderEntry | undefined {
    return this.entries.get(bytesToHex(hash))
  }
  hasProofOfWork(): boolean {
    return true
  }
  isPermittedDifficulty(_height: number, bits: { readonly old: number; readonly new: number }): boolean {
    return bits.old === bits.new
  }
  ancestor(entry: HeaderEntry, height: number): HeaderEntry | undefined {
    if (height > entry.height || height < 0) return undefined
    let walk: HeaderEntry | undefined = entry
    while (walk && walk.height > height) {
      if (this.active[walk.height] === walk) return this.active[height]
      if (this.bestChain[walk.height] === walk) return this.bestChain[height]
      walk = this.header(walk.header.previousBlockHash)
    }
    return walk
  }
  activeAt(height: number): HeaderEntry | undefined {
    return this.active[height]
  }
  hasBlock(hash: Uint8Array): boolean {
    return this.blocks.has(bytesToHex(hash))
  }
  isInvalid(hash: Uint8Array): boolean {
    return this.invalid.has(bytesToHex(hash))
  }
  wasConnected(hash: Uint8Array): boolean {
    const entry = this.header(hash)
    return entry !== undefined && this.active[entry.height] === entry
  }
  isSegwitActive(): boolean {
    return true
  }
  isInitialBlockDownload(): boolean {
    return this.ibd
  }
  /** As if the coins after the best chain's block at `height` had come from somewhere else. */
  assume(height: number): void {
    this.base = this.bestChain[height]
    this.active = this.bestChain.slice(0, height + 1)
  }
  uncheckedHistory(): UncheckedHistory | undefined {
    if (!this.base) return undefined
    const missing = this.active.findIndex(({ hash }) => !this.hasBlock(hash))
    return missing >= 0 && missing <= this.base.height
      ? { tip: this.active[missing - 1]!, target: this.base }
      : undefined
  }

  acceptHeader(header: Block['header']): ChainVerdict {
    const hash = computeBlockHash(header)
    if (this.invalid.has(bytesToHex(hash))) return invalidBlock('cached-invalid', 'duplicate-invalid')
    if (this.header(hash)) return ok(undefined)
    const previous = this.header(header.previousBlockHash)
    if (!previous) return invalidBlock('missing-prev', 'prev-blk-not-found')
    if (header.bits === 0) return invalidBlock('invalid-header', 'bad-diffbits')
    const entry = { hash, height: previous.height + 1, header, chainWork: previous.chainWork + 2n }
    this.entries.set(bytesToHex(hash), entry)
    if (entry.chainWork > this.best.chainWork) {
      if (previous === this.best) this.bestChain.push(entry)
      else this.bestChain = Array.from({ length: entry.height + 1 }, (_, height) => this.ancestor(entry, height)!)
      this.best = entry
    }
    return ok(undefined)
  }

  /** Returns the blocks that joined the active chain. */
  acceptBlock(block: Block): { verdict: ChainVerdict; connected: Block[] } {
    const verdict = this.acceptHeader(block.header)
    if (!verdict.ok) return { verdict, connected: [] }
    this.blocks.set(bytesToHex(computeBlockHash(block.header)), block)
    return { verdict, connected: this.#activate() }
  }

  #activate(): Block[] {
    let fork = Math.min(this.active.length, this.bestChain.length) - 1
    while (this.active[fork] !== this.bestChain[fork]) fork--
    let top = fork
    while (this.bestChain[top + 1] && this.hasBlock(this.bestChain[top + 1]!.hash)) top++
    if (this.bestChain[top]!.chainWork <= this.tip().chainWork) return []
    const path = this.bestChain.slice(fork + 1, top + 1)
    if (fork + 1 === this.active.length) this.active.push(...path)
    else this.active = [...this.active.slice(0, fork + 1), ...path]
    return path.map((entry) => this.blocks.get(bytesToHex(entry.hash))!)
  }
}

export class FakeMempool implements MempoolView {
  readonly txs = new Map<string, Transaction>()
  readonly confirmed = new Set<string>()
  readonly #sequences = new Map<Transaction, number>()
  minimum = 100n

  byTxid(txid: Uint8Array) {
    const tx = this.txs.get(bytesToHex(txid))
    return tx && this.#view(tx)
  }
  byWtxid(wtxid: Uint8Array) {
    for (const tx of this.txs.values()) {
      if (bytesToHex(computeWtxid(tx)) === bytesToHex(wtxid)) return this.#view(tx)
    }
    return undefined
  }
  #view(tx: Transaction) {
    return { tx, feeRate: 1000n, sequence: this.#sequences.get(tx) ?? 0 }
  }
  transactions(): Iterable<Transaction> {
    return this.txs.values()
  }
  maxTransactionSize(): number {
    return 400_000
  }
  sequence(): number {
    return this.#sequences.size + 1
  }
  minFeeRate(): bigint {
    return this.minimum
  }
  minRelayFeeRate(): bigint {
    return 100n
  }
  /** Version 8 stands for a feerate that is too low alone. */
  acceptPackage(transactions: readonly Transaction[]): PackageVerdict {
    const results = transactions.map((tx) => {
      this.#add(tx)
      return ok({ replaced: [] })
    })
    return { accepted: true, results }
  }
  accept(tx: Transaction): TxVerdict {
    const known = tx.inputs.every(({ prevout }) => {
      const key = bytesToHex(prevout.txid)
      return prevout.txid[0] === COIN_MARK || this.txs.has(key) || this.confirmed.has(key)
    })
    if (!known) return invalidTx('missing-inputs', 'bad-txns-inputs-missingorspent')
    if (tx.version === 9) return invalidTx('not-standard', 'version')
    if (tx.version === 8) return invalidTx('reconsiderable', 'min relay fee not met')
    this.#add(tx)
    return ok({ replaced: [] })
  }
  #add(tx: Transaction): void {
    this.#sequences.set(tx, this.sequence())
    this.txs.set(bytesToHex(computeTxid(tx)), tx)
  }
}

/** A peer machine with a fake chain and pool; the simulation carries its messages. */
export class FakeNode {
  readonly chain = new FakeChain()
  readonly mempool = new FakeMempool()
  readonly manager: PeerManager
  readonly log: string[] = []
  /** Verdicts are given at once unless a test holds them back. */
  held: PeerEffect[] | undefined

  constructor(seed: number, options: Partial<PeerManagerOptions> = {}) {
    this.manager = new PeerManager({
      chain: this.chain,
      mempool: this.mempool,
      entropy: new SeededEntropy(seed),
      options: { magic: REGTEST.magic, ...options },
    })
  }

  mine(count: number, time: number, salt = 0): Block[] {
    return Array.from({ length: count }, (_, i) => {
      const block = createBlock(this.chain.tip(), time + i, salt)
      this.chain.acceptBlock(block)
      return block
    })
  }
}

/** Its wtxid counts as zero in the commitment, whatever it holds. */
const BARE_COINBASE = createTx([])

export function createBlock(previous: HeaderEntry, time: number, salt = 0, transactions: Transaction[] = []): Block {
  const commitment = computeWitnessCommitment({ transactions: [BARE_COINBASE, ...transactions] }, new Uint8Array(32))
  const coinbase: Transaction = {
    version: 2,
    inputs: [
      {
        prevout: { txid: new Uint8Array(32) as Txid, index: 0xffffffff },
        scriptSig: Uint8Array.of(previous.height & 255, previous.height >> 8, salt),
        sequence: 0xffffffff,
        witness: [new Uint8Array(32)],
      },
    ],
    outputs: [
      { value: sats(5_000_000_000), scriptPubKey: Uint8Array.of(0x51) },
      { value: sats(0), scriptPubKey: createWitnessCommitmentScript(commitment) },
    ],
    lockTime: 0,
  }
  return {
    header: {
      version: 4,
      previousBlockHash: previous.hash,
      merkleRoot: blockMerkleRoot({ transactions: [coinbase, ...transactions] }).root,
      time,
      bits: 0x207fffff,
      nonce: salt,
    },
    transactions: [coinbase, ...transactions],
  }
}

export const storedBlock = (node: FakeNode, hash: BlockHash): Uint8Array | undefined => {
  const block = node.chain.blocks.get(bytesToHex(hash))
  return block && encodeBlock(block)
}
