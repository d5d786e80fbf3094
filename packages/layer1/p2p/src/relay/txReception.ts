import { bytesToHex } from '@ply/bytes'
import { formatViolation, type TxViolation } from '@ply/consensus'
import { computeTxid, computeWtxid, hashToDisplay, hasWitness, type Transaction, type Txid } from '@ply/primitives'
import type { PackageVerdict, TxVerdict } from '../event.ts'
import { describeDecodeFailure } from '../peer/decodeFailure.ts'
import type { Network } from '../peer/network.ts'
import type { Peer } from '../peer/peer.ts'
import type { ExtraTransactions } from './compact/extraTransactions.ts'
import { describeTx, parentTxids } from './orphanage.ts'
import { readTxIds } from './readTxIds.ts'
import type { TxAnnouncement } from './txAnnouncement.ts'
import type { TxDownload } from './txDownload.ts'

export interface TxReceptionParts {
  readonly download: TxDownload
  readonly announcement: TxAnnouncement
  readonly extra: ExtraTransactions
}

/** A refused transaction. `again`: it was offered before, as an orphan or in a package. */
interface Refusal {
  readonly tx: Transaction
  readonly violation: TxViolation
  readonly again: boolean
}

/** Takes transactions of peers to the pool, alone or with one child, and draws the consequences of its verdict. */
export class TxReception {
  readonly #network: Network
  readonly #parts: TxReceptionParts

  constructor(network: Network, parts: TxReceptionParts) {
    this.#network = network
    this.#parts = parts
  }

  /** A `tx` message. */
  received(peer: Peer, tx: Transaction): void {
    peer.known.add(bytesToHex(peer.wtxidRelay ? computeWtxid(tx) : computeTxid(tx)))
    const received = this.#parts.download.received(peer, tx)
    if (received.type === 'process') {
      this.#process(peer, tx, false)
      return
    }
    if (peer.permissions.has('forcerelay')) this.#forceRelay(peer, tx)
    if (received.type === 'package') this.#processPackage(peer, tx, received.child)
  }

  /** A `tx` message with a transaction that is larger than any that is accepted: all that the pool would say, unasked. */
  receivedTooLarge(peer: Peer, payload: Uint8Array): void {
    const { requests, recent } = this.#parts.download
    const ids = readTxIds(payload)
    if (!ids.ok) {
      this.#network.log(describeDecodeFailure('tx', payload.length, ids.error))
      return
    }
    const { txid, wtxid } = ids.value
    for (const id of [txid, wtxid]) requests.responded(peer.id, id)
    if (recent.isRejected(wtxid)) return
    const words = `from peer=${peer.id} was not accepted: tx-size`
    this.#network.log(`${hashToDisplay(txid)} (wtxid=${hashToDisplay(wtxid)}) ${words}`, 'mempoolrej')
    requests.forget(wtxid)
    recent.reject(wtxid)
  }

  /** For nodes that are reached through us alone: they have it relayed though we knew it. */
  #forceRelay(peer: Peer, tx: Transaction): void {
    const known = this.#network.mempool.byTxid(computeTxid(tx)) !== undefined
    const words = known ? 'Force relaying tx' : 'Not relaying non-mempool transaction'
    const from = known ? `from peer=${peer.id}` : `from forcerelay peer=${peer.id}`
    this.#network.tell(`${words} ${describeTx(tx)} ${from}`)
    if (known) this.#parts.announcement.enqueue(tx)
  }

  #process(peer: Peer, tx: Transaction, orphan: boolean): void {
    peer.processing = { type: 'tx', tx, orphan }
    this.#network.emit({ type: 'process-tx', peer: peer.id, tx })
  }

  #processPackage(peer: Peer, parent: Transaction, child: Transaction): void {
    peer.processing = { type: 'package', parent, child }
    this.#network.emit({ type: 'process-package', peer: peer.id, transactions: [parent, child] })
  }

  /** Offers the peer's next orphan of which a parent came, if any. True if one was offered. */
  processOrphan(peer: Peer): boolean {
    const tx = this.#parts.download.orphanage.takeReconsiderable(peer.id)
    if (tx) this.#process(peer, tx, true)
    return tx !== undefined
  }

  /** The pool's verdict on a transaction of `peer`. */
  processed(
    peer: Peer,
    { tx, orphan }: { readonly tx: Transaction; readonly orphan: boolean },
    verdict: TxVerdict,
  ): void {
    if (verdict.ok) {
      if (orphan) this.#network.log(`   accepted orphan tx ${describeTx(tx)}`, 'txpackages')
      peer.lastTransactionAt = this.#network.now
      this.#accepted(tx, verdict.value.replaced)
      return
    }
    // An orphan that lacks another parent goes on waiting.
    if (orphan && verdict.error.failure === 'missing-inputs') return
    const child = this.#refused(peer, { tx, violation: verdict.error, again: orphan })
    if (child) this.#processPackage(peer, tx, child)
  }

  #accepted(tx: Transaction, replaced: readonly Transaction[]): void {
    this.accepted(tx)
    for (const other of replaced) this.#parts.extra.add(other)
  }

  /** A transaction entered the pool, from a peer or from our side. */
  accepted(tx: Transaction): void {
    const { announcement, download } = this.#parts
    download.forget(tx)
    download.orphanage.parentArrived(tx)
    download.orphanage.erase(tx)
    announcement.enqueue(tx)
  }

  /** The pool's verdict on a parent and its child. From the child on: no other orphan shall take its place meanwhile. */
  packageProcessed(peer: Peer, [parent, child]: readonly [Transaction, Transaction], verdict: PackageVerdict): void {
    const words = verdict.accepted ? 'package accepted' : 'package rejected'
    const pair = `parent ${describeTx(parent)} + child ${describeTx(child)}`
    this.#network.log(`package evaluation for ${pair}: ${words}`, 'txpackages')
    if (!verdict.accepted) this.#parts.download.recent.rejectPackage([parent, child])
    const [ofParent, ofChild] = verdict.results
    for (const { tx, result } of [
      { tx: child, result: ofChild },
      { tx: parent, result: ofParent },
    ]) {
      if (!result) continue
      if (result.ok) this.#accepted(tx, result.value.replaced)
      else this.#refused(peer, { tx, violation: result.error, again: true })
    }
  }

  /** What to remember of a refused transaction. Returns a child with which it may be taken. */
  #refused(peer: Peer, { tx, violation, again }: Refusal): Transaction | undefined {
    const { download, extra } = this.#parts
    const words = `from peer=${peer.id} was not accepted: ${formatViolation(violation)}`
    this.#network.log(`${describeTx(tx)} ${words}`, 'mempoolrej')
    const isNew = !again && !download.orphanage.has(computeWtxid(tx))
    if (isNew && violation.failure !== 'witness-stripped') extra.add(tx)
    if (violation.failure === 'missing-inputs') {
      if (!again && !download.recent.isRejected(computeWtxid(tx))) this.#missingInputs(peer, tx)
      return undefined
    }
    const child = this.#remember(peer, tx, violation, again)
    download.orphanage.erase(tx)
    return child
  }

  #remember(peer: Peer, tx: Transaction, { failure }: TxViolation, again: boolean): Transaction | undefined {
    const { download } = this.#parts
    // The same txid with its witness may be fine.
    if (failure === 'witness-stripped') return undefined
    const wtxid = computeWtxid(tx)
    download.requests.forget(wtxid)
    if (failure === 'reconsiderable') {
      download.recent.rejectAlone(wtxid)
      if (again) return undefined
      const words = 'failed but reconsiderable, looking for child in orphanage'
      this.#network.log(`tx ${describeTx(tx)} ${words}`, 'txpackages')
      return download.findChild(peer, tx)
    }
    // Not the txid: somebody may have spoilt the witness of a good transaction. But for inputs no witness helps.
    download.recent.reject(wtxid)
    if (failure === 'inputs-not-standard' && hasWitness(tx)) {
      download.recent.reject(computeTxid(tx))
      download.requests.forget(computeTxid(tx))
    }
    return undefined
  }

  /** Keeps an orphan and asks for its parents, unless these were refused. */
  #missingInputs(peer: Peer, tx: Transaction): void {
    const { download } = this.#parts
    if (this.#hasRefusedParents(parentTxids(tx))) {
      this.#network.log(`not keeping orphan with rejected parents ${describeTx(tx)}`, 'mempool')
      // Whatever its witness: with such a parent it cannot be taken.
      for (const hash of [computeTxid(tx), computeWtxid(tx)]) download.recent.reject(hash)
      download.forget(tx)
      return
    }
    const missing = download.missingParents(tx)
    for (const txid of missing) peer.known.add(bytesToHex(txid))
    for (const one of new Set([peer, ...download.announcers(tx)])) download.resolveOrphan(one, tx, missing)
    download.forget(tx)
  }

  /** One parent that was refused for its feerate may be taken with the orphan; two may not. */
  #hasRefusedParents(parents: readonly Txid[]): boolean {
    const { recent } = this.#parts.download
    const { mempool } = this.#network
    if (parents.some((txid) => recent.isRejected(txid))) return true
    return parents.filter((txid) => recent.isRejectedAlone(txid) && !mempool.byTxid(txid)).length > 1
  }
}
