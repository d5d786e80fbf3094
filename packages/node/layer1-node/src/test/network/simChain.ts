import { assert, bytesToHex, ok, type Result, unwrap } from '@ply/bytes'
import {
  BLOCK_INDEX_RANGE,
  COIN_RANGE,
  type BlockNode,
  coinKey,
  CoinsCache,
  createBlockTemplate,
  createIndexOps,
  createTipOp,
  decodeBlockIndexEntry,
  decodeUndo,
  encodeUndo,
  HeaderTree,
  TIP_KEY,
} from '@ply/chain'
import {
  type BlockViolation,
  checkBlock,
  checkContextualBlock,
  connectBlock,
  createdOutpoints,
  disconnectBlock,
  requiredOutpoints,
  verifyCollectedChecks,
} from '@ply/consensus'
import type { BlobLocation, StoreOp } from '@ply/ports'
import { mineBlock } from '@ply/mining'
import {
  type Block,
  type BlockHash,
  type BlockHeader,
  decodeBlock,
  encodeBlock,
  type OutPoint,
  REGTEST,
} from '@ply/primitives'

/** What a node keeps when the power goes: records that were appended, and batches that were written. */
export class SimDisk {
  readonly #store = new Map<string, Uint8Array>()
  readonly #records: Uint8Array[] = []

  batch(ops: readonly StoreOp[]): void {
    for (const op of ops) {
      if (op.type === 'put') this.#store.set(bytesToHex(op.key), op.value)
      else this.#store.delete(bytesToHex(op.key))
    }
  }

  get(key: Uint8Array): Uint8Array | undefined {
    return this.#store.get(bytesToHex(key))
  }

  /** All values whose key begins with the byte. */
  values(prefix: number): Uint8Array[] {
    const start = bytesToHex(Uint8Array.of(prefix))
    return [...this.#store].filter(([key]) => key.startsWith(start)).map(([, value]) => value)
  }

  /** Keys and values whose key begins with the byte, in one order. */
  text(prefix: number): string {
    const start = bytesToHex(Uint8Array.of(prefix))
    const found = [...this.#store].filter(([key]) => key.startsWith(start))
    return found
      .map(([key, value]) => `${key} ${bytesToHex(value)}\n`)
      .sort()
      .join('')
  }

  append(record: Uint8Array): BlobLocation {
    this.#records.push(record)
    return { file: 0, offset: this.#records.length - 1, length: record.length }
  }

  read(location: BlobLocation | undefined): Uint8Array {
    assert(location !== undefined, 'nothing was written')
    return this.#records[location.offset]!
  }
}

/** A day without blocks: the chain is not caught up. */
const MAX_TIP_AGE = 24 * 3600
/** Bytes of coins that stay in memory over a flush. */
const KEPT_COINS = 100_000

/** The rules of the chain over a {@link SimDisk}: everything is done when a call returns. */
export class SimChain {
  readonly parameters = REGTEST
  readonly tree: HeaderTree
  readonly #disk: SimDisk
  readonly #coins = new CoinsCache()
  readonly #now: () => number

  /** Starts on what is on the disk. `now` gives seconds. */
  constructor(disk: SimDisk, now: () => number) {
    this.#disk = disk
    this.#now = now
    const entries = disk.values(BLOCK_INDEX_RANGE.gte![0]!).map((value) => unwrap(decodeBlockIndexEntry(value)))
    const tip = disk.get(TIP_KEY) as BlockHash | undefined
    this.tree = unwrap(HeaderTree.restore(REGTEST, entries, tip))
    if (tip) return
    this.tree.receiveBlock(this.tree.genesis, 1, disk.append(encodeBlock(REGTEST.genesis)))
    this.tree.connected(this.tree.genesis)
    this.flush()
  }

  get tip(): BlockNode {
    return this.tree.active.tip!
  }

  find(hash: Uint8Array): BlockNode | undefined {
    return this.tree.get(hash as BlockHash)
  }

  isInitialBlockDownload(): boolean {
    return this.tip.time < this.#now() - MAX_TIP_AGE
  }

  /** Coins, index and tip in one batch, all or nothing. */
  flush(): void {
    this.#disk.batch([...this.#coins.flush(), ...createIndexOps(this.tree.takeDirty()), createTipOp(this.tip.hash)])
    this.#coins.evict(KEPT_COINS)
  }

  blockBytes(node: BlockNode | undefined): Uint8Array | undefined {
    return node?.data && this.#disk.read(node.data)
  }

  acceptHeaders(headers: readonly BlockHeader[]): Result<unknown, BlockViolation> {
    for (const header of headers) {
      const accepted = this.tree.acceptHeader(header, this.#now())
      if (!accepted.ok) return accepted
    }
    return ok(undefined)
  }

  /** The verdict on the block itself, and the blocks that joined the active chain. */
  acceptBlock(block: Block): { readonly verdict: Result<unknown, BlockViolation>; readonly connected: Block[] } {
    const { tree } = this
    const header = tree.acceptHeader(block.header, this.#now())
    if (!header.ok) return { verdict: header, connected: [] }
    const node = header.value
    if (node.data) return { verdict: header, connected: [] }
    const checked = checkBlock(block, REGTEST)
    const contextual = checked.ok ? checkContextualBlock(block, node.previous!, REGTEST) : checked
    if (!contextual.ok) {
      if (contextual.error.failure !== 'mutated') tree.markInvalid(node, contextual.error)
      return { verdict: contextual, connected: [] }
    }
    tree.receiveBlock(node, block.transactions.length, this.#disk.append(encodeBlock(block)))
    return this.#activate(node)
  }

  #activate(arrived: BlockNode): { readonly verdict: Result<unknown, BlockViolation>; readonly connected: Block[] } {
    const before = this.tip
    let verdict: Result<unknown, BlockViolation> = ok(undefined)
    for (let target = this.tree.mostWork(); target && target !== this.tip; target = this.tree.mostWork()) {
      const plan = this.tree.planReorg(target)
      for (const node of plan.disconnect) this.#disconnect(node)
      for (const node of plan.connect) {
        const result = this.#connect(node)
        if (result.ok) continue
        if (node === arrived) verdict = result
        break
      }
    }
    const fork = this.tree.active.findFork(before)
    const connected: Block[] = []
    for (let at: BlockNode | undefined = this.tip; at && at !== fork; at = at.previous) connected.push(this.#read(at))
    return { verdict, connected: connected.reverse() }
  }

  #read(node: BlockNode): Block {
    return unwrap(decodeBlock(this.#disk.read(node.data)))
  }

  #load(outpoints: readonly OutPoint[]): void {
    for (const outpoint of this.#coins.missing(outpoints)) {
      unwrap(this.#coins.load(outpoint, this.#disk.get(coinKey(outpoint))))
    }
  }

  #connect(node: BlockNode): Result<unknown, BlockViolation> {
    const block = this.#read(node)
    const context = { parameters: REGTEST, previous: node.previous! }
    this.#load(requiredOutpoints(block, context))
    const connection = connectBlock(block, this.#coins, context)
    const verdict = connection.ok ? verifyCollectedChecks(connection.value.scripts) : connection
    if (!connection.ok || !verdict.ok) {
      if (!verdict.ok) this.tree.markInvalid(node, verdict.error)
      return verdict
    }
    this.#coins.apply(connection.value.delta)
    this.tree.connected(node, this.#disk.append(encodeUndo(connection.value.undo)))
    return ok(undefined)
  }

  #disconnect(node: BlockNode): void {
    const block = this.#read(node)
    const undo = unwrap(decodeUndo(this.#disk.read(node.undo)))
    this.#load(createdOutpoints(block))
    const { delta, clean } = unwrap(disconnectBlock(block, undo, { height: node.height, coins: this.#coins }))
    assert(clean, 'the block left other coins than it had made')
    this.#coins.apply(delta)
    this.tree.disconnected(node)
  }

  /** A block on the tip, with its proof of work. */
  mine(scriptPubKey: Uint8Array): Block {
    const { block } = createBlockTemplate({
      parameters: REGTEST,
      previous: this.tip,
      now: this.#now(),
      version: 0x20000000,
      scriptPubKey,
    })
    return mineBlock(block)!
  }

  /** Every coin as text, in one order: the same for the same set. */
  coins(): string {
    this.flush()
    return this.#disk.text(COIN_RANGE.gte![0]!)
  }
}
